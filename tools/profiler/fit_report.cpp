// SPDX-License-Identifier: MIT
#include "tools/profiler/fit_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "tools/report/number.hpp"

namespace profiler {
namespace {

// Of a residual's metric, as models::MetricInfo names units.
std::string_view unit_of_metric(std::string_view metric) {
  if (metric == "throughput") return "1/s";
  if (metric.starts_with("charge") || metric.starts_with("pss") || metric.starts_with("uss")) return "bytes";
  return "s";
}

// Of a profile's number, by the last part of its path.
std::string_view unit_of_path(std::string_view path) {
  if (path.starts_with("memory.") || path.find(".memory.") != std::string_view::npos) {
    if (path.ends_with("unshared_at_once") || path.ends_with("never_unshared")) return "1";
    return path.ends_with("decay_requests") ? "count" : "bytes";
  }
  if (path.ends_with("stickiness") || path.ends_with("starvation") || path.ends_with("native_share")) return "1";
  if (path.ends_with("releases") || path.ends_with("scv") || path.ends_with("cold_factor") || path.ends_with("single_thread_cost") ||
      path.ends_with("contention") || path.ends_with("coherency") || path.starts_with("host.")) {
    return "count";
  }
  return path.ends_with(".memory") ? "bytes" : "s";
}

using Row = std::vector<std::string>;

// Columns flush left but for those from `first_number` to `last_number`.
std::string aligned(const std::vector<Row>& rows, std::size_t first_number, std::size_t last_number) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool number = i >= first_number && i <= last_number;
      line += number ? fmt::format("{:>{}}", row[i], widths[i]) : fmt::format("{:<{}}", row[i], widths[i]);
      line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string percent(double share) { return fmt::format("{:+.1f}%", share * 100.0); }

std::string interval(const models::Identified& number) {
  if (!(number.low < number.high)) return std::string(report::not_applicable);
  const std::string_view unit = unit_of_path(number.path);
  return report::format_value(number.low, unit) + ".." + report::format_value(number.high, unit);
}

}  // namespace

std::string recognised(const models::Fitted& fitted) {
  std::string text = fmt::format("{}, server like {}",
                                 !fitted.lock_shows ? "single threads, with which no interpreter lock would show"
                                 : fitted.lock      ? "interpreter lock"
                                                    : "no interpreter lock",
                                 fitted.server);
  if (fitted.candidates.size() < 2) return text;
  const models::Candidate& next = fitted.candidates[1];
  const double ratio = next.chi_square / std::max(fitted.candidates[0].chi_square, 1e-9);
  const std::string_view lock = !fitted.lock_shows ? "" : next.lock ? " with lock" : " without lock";
  // The fewer assumptions are preferred even where a richer guess fits somewhat better.
  if (ratio <= 1.0) return text + fmt::format(" ({}{} fits as well, with more assumptions)", next.server, lock);
  return text + fmt::format(" (next best: {}{}, {:.3g} times the misfit)", next.server, lock, ratio);
}

std::string fit_report_text(const models::Fitted& fitted) {
  std::vector<Row> numbers{{"PARAMETER", "VALUE", "95% INTERVAL", "BASIS", "WHY"}};
  for (const models::Identified& one : fitted.parameters) {
    numbers.push_back({one.path, report::format_value(one.value, unit_of_path(one.path)), interval(one),
                       std::string(report::word(one.basis)), one.reason});
  }
  std::vector<Row> probes{{"PROBE", "METRIC", "MEASURED", "PREDICTED", "ERROR", "SPREAD"}};
  for (const models::Residual& one : fitted.residuals) {
    const std::string_view unit = unit_of_metric(one.metric);
    probes.push_back({one.run.substr(0, one.run.find(" @")), one.metric,
                      report::format_value(one.measured, unit), report::format_value(one.predicted, unit),
                      percent(one.predicted / one.measured - 1.0),
                      one.sigma > 0.0 ? fmt::format("{:.1f}%", one.sigma * 100.0) : "not fitted"});
  }
  return recognised(fitted) + "\n\n" + aligned(numbers, 1, 2) + "\n" + aligned(probes, 2, 5) +
         fmt::format("\nchi-square {:.3g} for {} degrees of freedom\n", fitted.chi_square, fitted.degrees_of_freedom);
}

std::string fit_report_json(const models::Fitted& fitted) {
  using Json = nlohmann::ordered_json;
  const auto number = [](double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); };
  Json all;
  all["server"] = fitted.server;
  all["interpreter_lock"] = fitted.lock;
  all["chi_square"] = number(fitted.chi_square);
  all["degrees_of_freedom"] = fitted.degrees_of_freedom;
  all["candidates"] = Json::array();
  for (const models::Candidate& one : fitted.candidates) {
    all["candidates"].push_back(
        {{"server", one.server}, {"interpreter_lock", one.lock}, {"chi_square", number(one.chi_square)}});
  }
  all["parameters"] = Json::array();
  for (const models::Identified& one : fitted.parameters) {
    Json entry{{"path", one.path}, {"value", number(one.value)}, {"basis", report::word(one.basis)}};
    if (one.low < one.high) entry["interval_95"] = {number(one.low), number(one.high)};
    if (!one.reason.empty()) entry["reason"] = one.reason;
    all["parameters"].push_back(std::move(entry));
  }
  all["residuals"] = Json::array();
  for (const models::Residual& one : fitted.residuals) {
    all["residuals"].push_back({{"run", one.run},
                                {"metric", one.metric},
                                {"measured", number(one.measured)},
                                {"predicted", number(one.predicted)},
                                {"relative_error", number(one.predicted / one.measured - 1.0)},
                                {"sigma", number(one.sigma)}});
  }
  return all.dump(2) + "\n";
}

}  // namespace profiler
