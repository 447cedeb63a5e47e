// SPDX-License-Identifier: MIT
// Everything that is known about a comparison. Its shape is tools/report/result_schema.cpp, its version
// `format_version`: a new field raises the minor number, a changed or removed one the major.
// Numbers are SI, units stand in the names; what is not finite or does not apply is null.
// One scenario gives an object, several give an array of them.
#include <nlohmann/json.hpp>

#include <cmath>

#include "models/scenario/resolved.hpp"
#include "tools/report/cost_view.hpp"
#include "tools/report/day_view.hpp"
#include "tools/report/expectations.hpp"
#include "tools/report/number.hpp"
#include "tools/report/reading.hpp"
#include "tools/report/reporter.hpp"

namespace report {
namespace {

using nlohmann::ordered_json;

ordered_json number(double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(); }

ordered_json estimate(const models::Estimate& one) {
  return {{"mean", number(one.mean)},
          {"half_width", number(one.half_width)},
          {"low", number(one.low)},
          {"high", number(one.high)}};
}

ordered_json capacity(const models::Capacity& found) {
  ordered_json metrics = ordered_json::object();
  for (const models::MetricInfo& info : models::metric_table()) {
    metrics[std::string(info.field)] = found.any ? estimate(found[info.metric]) : ordered_json();
  }
  const bool by_rate = found.axis == models::LoadAxis::rate;
  const ordered_json load = found.any ? estimate(found.load) : ordered_json();
  return {{"axis", models::word(found.axis)},
          {"any", found.any},
          {"reason", found.reason},
          {"bounded", found.bounded},
          {"precise", found.precise},
          {"load_per_s", by_rate ? load : ordered_json()},
          {"connections", by_rate ? ordered_json() : load},
          {"binds", word(found.binds)},
          {"next", found.next ? ordered_json(word(*found.next)) : ordered_json()},
          {"next_factor", found.next ? number(found.next_factor) : ordered_json()},
          {"metrics", std::move(metrics)},
          {"replications", found.replications}};
}

ordered_json deployment(const models::DeploymentResult& result) {
  ordered_json metrics = ordered_json::object();
  ordered_json replications = ordered_json::object();
  for (const models::MetricInfo& info : models::metric_table()) {
    metrics[std::string(info.field)] = estimate(result[info.metric]);
    ordered_json values = ordered_json::array();
    for (const models::Observation& observation : result.replications) {
      values.push_back(number(observation[static_cast<std::size_t>(info.metric)]));
    }
    replications[std::string(info.field)] = std::move(values);
  }
  ordered_json modes = ordered_json::array();
  for (const models::Mode& mode : result.modes) {
    modes.push_back({{"throughput_per_s", number(mode.throughput)},
                     {"latency_p50_s", number(mode.latency_p50)},
                     {"share", number(mode.share)}});
  }
  return {{"name", result.deployment.name},
          {"runtime", result.runtime},
          {"interpreter", result.interpreter},
          {"slo", word(result.slo)},
          {"slo_reason", result.slo_reason},
          {"binds", word(result.binds)},
          {"basis", word(result.basis)},
          {"saturated", result.saturated},
          {"precise", result.precise},
          {"metrics", std::move(metrics)},
          {"modes", std::move(modes)},
          {"tuned", result.tuned},
          {"capacity", result.capacity ? capacity(*result.capacity) : ordered_json()},
          {"replicas_count", result.replicas},
          {"density", density_data(result)},
          {"bill", bill_data(result)},
          {"day", day_data(result)},
          {"assumptions", result.assumptions},
          {"warnings", result.warnings},
          {"warm_up_s", number(result.warm_up_s)},
          {"duration_s", number(result.duration_s)},
          {"simulated_events", result.events},
          {"simulated_requests", result.requests},
          {"replications", std::move(replications)}};
}

ordered_json document(const models::Comparison& comparison, const Context& context) {
  ordered_json deployments = ordered_json::array();
  for (const models::DeploymentResult& result : comparison.deployments) deployments.push_back(deployment(result));
  ordered_json verdicts = ordered_json::array();
  for (const models::PairedVerdict& pair : comparison.verdicts) {
    verdicts.push_back({{"first", comparison.deployments[pair.first].deployment.name},
                        {"second", comparison.deployments[pair.second].deployment.name},
                        {"metric", models::info(pair.metric).field},
                        {"difference", number(pair.difference)},
                        {"half_width", number(pair.half_width)},
                        {"verdict", word(pair.verdict)}});
  }
  ordered_json sentences = ordered_json::array();
  for (const Sentence& sentence : reading(comparison)) {
    ordered_json numbers = ordered_json::array();
    for (const QuotedNumber& quoted : sentence.numbers) {
      numbers.push_back({{"text", quoted.text}, {"at", quoted.at}});
    }
    sentences.push_back({{"text", sentence.text}, {"numbers", std::move(numbers)}});
  }
  ordered_json expectations = ordered_json::array();
  for (const Checked& checked : check(comparison)) {
    expectations.push_back({{"line", checked.expectation->line},
                            {"passed", checked.passed},
                            {"claim", checked.claim},
                            {"found", checked.found}});
  }
  return {{"format_version", "1.1"},
          {"context",
           {{"version", context.version},
            {"command_line", context.command_line},
            {"seed", comparison.seed},
            {"scenario_file", comparison.scenario.file},
            {"scenario_hash", scenario_hash(comparison.scenario)},
            {"interrupted", comparison.interrupted}}},
          {"scenario", models::resolved(comparison.scenario)},
          {"deployments", std::move(deployments)},
          {"verdicts", std::move(verdicts)},
          {"reading", std::move(sentences)},
          {"expectations", std::move(expectations)}};
}

class Json : public Reporter {
 public:
  std::string serialize(std::span<const models::Comparison> comparisons, const Context& context) const override {
    ordered_json all = ordered_json::array();
    for (const models::Comparison& comparison : comparisons) all.push_back(document(comparison, context));
    const ordered_json& shown = all.size() == 1 ? all.front() : all;
    // Text from outside (command lines, environment) may not be UTF-8.
    return shown.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
  }
};

}  // namespace

std::unique_ptr<Reporter> make_json() { return std::make_unique<Json>(); }

}  // namespace report
