// SPDX-License-Identifier: MIT
// The outcome for programs: SI units in the names, errors as signed shares, null where something is not known.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tools/validate/outcome.hpp"

namespace validation {

namespace {

using Json = nlohmann::ordered_json;

Json summary_json(const Summary& summary) {
  Json json;
  for (std::size_t metric = 0; metric < metrics; ++metric) {
    const MetricSummary& one = summary.by_metric[metric];
    json[std::string(metric_table[metric].name)] = {
        {"median_error", one.median_error},
        {"worst_error", one.worst_error},
        {"naive_median_error", one.naive_median_error},
        {"spread_median", one.spread_median},
        {"cases", one.cases},
        {"qualifying",
         {{"cases", one.qualifying},
          {"median_error", one.qualifying_median_error},
          {"worst_error", one.qualifying_worst_error},
          {"target", metric_table[metric].target}}},
        {"noisy_median_error_in_spreads", one.noisy_median_error_in_spreads}};
  }
  json["ranking"] = {{"score", summary.ranking_score()},
                     {"comparisons", summary.comparisons()},
                     {"right", summary.ranked[0]},
                     {"tied", summary.ranked[1]},
                     {"wrong", summary.ranked[2]}};
  json["memory_kills"] = {{"cases", summary.oom_cases}, {"right", summary.oom_right}};
  Json cases;
  for (std::size_t i = 0; i < summary.cases.size(); ++i) {
    cases[std::string(models::word(static_cast<Standing>(i)))] = summary.cases[i];
  }
  json["cases"] = std::move(cases);
  return json;
}

template <class T, class Get>
Json optional_json(const std::optional<T>& value, Get get) {
  return value ? Json(get(*value)) : Json(nullptr);
}

Json configuration_json(const models::Configuration& what) {
  return {{"subject", what.subject},
          {"kernel", what.kernel},
          {"server", what.server},
          {"processes", what.processes},
          {"threads", what.threads},
          {"cpu_cores", optional_json(what.cpu, [](models::Cores cores) { return cores.value; })},
          {"memory_bytes", optional_json(what.memory, [](models::Bytes bytes) { return bytes.value; })},
          {"cores", what.cores},
          {"preload", what.preload},
          {"connections", what.connections},
          {"rate_per_s", optional_json(what.rate, [](models::Rate rate) { return rate.per_second; })},
          {"keep_alive", what.keep_alive}};
}

Json case_json(const ScoredCase& one, const std::string& plan) {
  Json by_metric;
  for (std::size_t metric = 0; metric < metrics; ++metric) {
    by_metric[std::string(metric_table[metric].field)] = {{"measured", one.measured[metric]},
                                                          {"predicted", one.prediction.values[metric]},
                                                          {"predicted_p10", one.prediction.low[metric]},
                                                          {"predicted_p90", one.prediction.high[metric]},
                                                          {"error", one.error[metric]},
                                                          {"spread", one.spread[metric]},
                                                          {"naive", one.naive[metric]},
                                                          {"naive_error", one.naive_error[metric]},
                                                          {"qualifies", one.qualifies(metric)}};
  }
  return {{"plan", plan},
          {"case", label(one.what)},
          {"configuration", configuration_json(one.what)},
          {"standing", models::word(one.standing)},
          {"problem", one.prediction.problem.empty() ? Json(nullptr) : Json(one.prediction.problem)},
          {"repeats", one.repeats},
          {"contaminated", one.contaminated},
          {"metrics", std::move(by_metric)},
          {"memory_kills", {{"measured", one.oom_kills}, {"predicted", one.prediction.oom_kills}}}};
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

std::string cell(double value) { return std::isnan(value) ? "" : fmt::format("{:.9g}", value); }

}  // namespace

std::string as_json(const std::vector<Outcome>& outcomes) {
  Json json = {{"summary", summary_json(summary_of_all(outcomes))}};
  Json plans = Json::array();
  Json cases = Json::array();
  Json rankings = Json::array();
  for (const Outcome& outcome : outcomes) {
    Json failures = Json::array();
    for (const CampaignFailure& failure : outcome.failures) {
      failures.push_back({{"case", failure.what}, {"message", failure.message}});
    }
    plans.push_back({{"plan", outcome.plan},
                     {"description", outcome.description},
                     {"summary", summary_json(outcome.summary)},
                     {"broken_bounds", outcome.broken},
                     {"failures", std::move(failures)}});
    for (const ScoredCase& one : outcome.cases) cases.push_back(case_json(one, outcome.plan));
    for (const Ranking& one : outcome.rankings) {
      rankings.push_back({{"plan", outcome.plan},
                          {"contest", one.what},
                          {"deployments", one.deployments},
                          {"measured_best", one.measured_best},
                          {"predicted_best", one.predicted_best},
                          {"loss", one.regret},
                          {"verdict", models::word(one.verdict)}});
    }
  }
  json["plans"] = std::move(plans);
  json["rankings"] = std::move(rankings);
  json["cases"] = std::move(cases);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string as_csv(const std::vector<Outcome>& outcomes) {
  std::string text = "plan,case,standing,repeats,contaminated,metric,measured,predicted,error,spread,naive,naive_error,qualifies\n";
  for (const Outcome& outcome : outcomes) {
    for (const ScoredCase& one : outcome.cases) {
      for (std::size_t metric = 0; metric < metrics; ++metric) {
        text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", quoted(outcome.plan), quoted(label(one.what)),
                            models::word(one.standing), one.repeats, one.contaminated, metric_table[metric].field,
                            cell(one.measured[metric]), cell(one.prediction.values[metric]), cell(one.error[metric]),
                            cell(one.spread[metric]), cell(one.naive[metric]), cell(one.naive_error[metric]),
                            one.qualifies(metric) ? "true" : "false");
      }
    }
  }
  return text;
}

}  // namespace validation
