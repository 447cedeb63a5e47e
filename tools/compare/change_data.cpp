// SPDX-License-Identifier: MIT
#include "tools/compare/change_data.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "tools/report/csv_text.hpp"
#include "tools/report/number.hpp"

namespace differences {
namespace {

using nlohmann::ordered_json;

ordered_json number(double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(); }

ordered_json number(std::optional<double> value) { return value ? number(*value) : ordered_json(); }

ordered_json estimate(const models::Estimate& one) {
  return {{"mean", number(one.mean)},
          {"half_width", number(one.half_width)},
          {"low", number(one.low)},
          {"high", number(one.high)}};
}

ordered_json origin(const Origin& one) {
  return {{"file", one.file},
          {"version", one.version},
          {"seed", one.seed},
          {"scenario_file", one.scenario_file},
          {"scenario_hash", one.scenario_hash}};
}

// What is said about a change beside its two estimates; null where nothing was compared.
struct Numbers {
  std::optional<double> difference;
  std::optional<double> half_width;
  std::optional<double> relative;
  std::optional<double> relative_low;
  std::optional<double> relative_high;
  std::string_view verdict;

  explicit Numbers(const Change& change) {
    if (change.standing != Standing::compared) return;
    const sim::Interval interval = change.difference();
    difference = interval.mean;
    half_width = interval.half_width;
    relative = change.relative();
    if (const std::optional<sim::RatioInterval> ratio = change.relative_interval()) {
      relative_low = ratio->low;
      relative_high = ratio->high;
    }
    verdict = report::word(change.verdict());
  }
};

std::string_view method(const Change& change) {
  if (change.standing != Standing::compared) return {};
  return change.pairs > 0 ? "paired" : "independent";
}

ordered_json change(const Change& one) {
  const Numbers numbers(one);
  return {{"metric", models::info(one.metric).field},
          {"standing", word(one.standing)},
          {"before", estimate(one.before)},
          {"after", estimate(one.after)},
          {"difference", number(numbers.difference)},
          {"half_width", number(numbers.half_width)},
          {"relative", number(numbers.relative)},
          {"relative_low", number(numbers.relative_low)},
          {"relative_high", number(numbers.relative_high)},
          {"method", method(one).empty() ? ordered_json() : ordered_json(method(one))},
          {"pairs", one.pairs},
          {"verdict", numbers.verdict.empty() ? ordered_json() : ordered_json(numbers.verdict)}};
}

std::string_view word(GateVerdict verdict) {
  constexpr std::array<std::string_view, 4> words{"holds", "suspected", "exceeded", "unknown"};
  return words[static_cast<std::size_t>(verdict)];
}

// As JSON spells a number, so that both formats show the same.
std::string plain(std::optional<double> value) {
  return value && std::isfinite(*value) ? ordered_json(*value).dump() : std::string();
}

}  // namespace

std::string as_csv(const Comparison& comparison, const std::vector<models::Metric>& metrics) {
  std::string text =
      "scenario,before,after,metric,standing,before_value,after_value,difference,half_width,relative,relative_low,"
      "relative_high,method,pairs,verdict\r\n";
  for (const DeploymentChange& deployment : comparison.deployments) {
    const std::string names = fmt::format("{},{},{}", report::csv_quoted(deployment.after.scenario_file),
                                          report::csv_quoted(deployment.before_name), report::csv_quoted(deployment.after_name));
    for (const models::Metric metric : metrics) {
      const Change& one = deployment.changes[static_cast<std::size_t>(metric)];
      const Numbers numbers(one);
      text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n", names, models::info(metric).field,
                          word(one.standing), plain(one.before.mean), plain(one.after.mean), plain(numbers.difference),
                          plain(numbers.half_width), plain(numbers.relative), plain(numbers.relative_low),
                          plain(numbers.relative_high), method(one), one.pairs, numbers.verdict);
    }
    for (const BillChange& one : deployment.bill) {
      text += fmt::format("{},{},compared,{},{},,,{},,,bill,0,{}\r\n", names, report::csv_quoted(one.name), one.before.text,
                          one.after.text, plain(one.relative), report::word(one.verdict()));
    }
  }
  return text;
}

std::string as_json(const Comparison& comparison, const std::vector<models::Metric>& metrics,
                    const std::vector<JudgedGate>& gates) {
  ordered_json deployments = ordered_json::array();
  for (const DeploymentChange& deployment : comparison.deployments) {
    ordered_json changes = ordered_json::array();
    for (const models::Metric metric : metrics) changes.push_back(change(deployment.changes[static_cast<std::size_t>(metric)]));
    ordered_json bill = ordered_json::array();
    for (const BillChange& one : deployment.bill) {
      bill.push_back({{"figure", one.name},
                      {"before", one.before.text},
                      {"after", one.after.text},
                      {"before_range", one.before.range},
                      {"after_range", one.after.range},
                      {"relative", number(one.relative)},
                      {"verdict", report::word(one.verdict())}});
    }
    deployments.push_back({{"before", deployment.before_name},
                           {"after", deployment.after_name},
                           {"scenario_file", deployment.after.scenario_file},
                           {"changes", std::move(changes)},
                           {"bill", std::move(bill)}});
  }
  ordered_json judged = ordered_json::array();
  for (const JudgedGate& one : gates) {
    judged.push_back({{"gate", one.gate->text},
                      {"deployment", one.deployment->after_name},
                      {"verdict", word(one.verdict)},
                      {"found", one.found}});
  }
  const ordered_json document{{"format_version", "1.0"},
                              {"before", origin(comparison.before)},
                              {"after", origin(comparison.after)},
                              {"deployments", std::move(deployments)},
                              {"gates", std::move(judged)},
                              {"notes", comparison.notes}};
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace differences
