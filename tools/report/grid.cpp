// SPDX-License-Identifier: MIT
#include "tools/report/grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "tools/report/cost_view.hpp"
#include "tools/report/day_view.hpp"
#include "tools/report/letters.hpp"
#include "tools/report/number.hpp"

namespace report {
namespace {

using models::Comparison;
using models::DeploymentResult;
using models::Metric;

constexpr std::size_t gap = 2;              // blanks between two columns
constexpr std::size_t most_remarks = 4;     // of one kind

bool applies(const Comparison& comparison, Metric metric) {
  // No profile states a memory of zero: it has no memory numbers.
  const bool is_memory = models::info(metric).unit == "bytes";
  return std::ranges::any_of(comparison.deployments, [&](const DeploymentResult& result) {
    return !std::isnan(result[metric].mean) && !(is_memory && result[metric].mean == 0.0);
  });
}

bool is_latency(Metric metric) {
  return metric == Metric::latency_mean || metric == Metric::latency_p50 || metric == Metric::latency_p95 ||
         metric == Metric::latency_p99 || metric == Metric::latency_p999;
}

std::string cell(const DeploymentResult& result, Metric metric) {
  // A latency that grows with the length of the run says nothing.
  if (result.saturated && is_latency(metric)) return "saturated";
  return format_estimate(result[metric], models::info(metric).unit);
}

std::string slo_cell(const DeploymentResult& result) {
  if (result.slo == models::SloVerdict::none) return std::string(not_applicable);
  const std::string verdict(word(result.slo));
  return result.slo_reason.empty() || result.slo == models::SloVerdict::ok ? verdict
                                                                          : verdict + ": " + result.slo_reason;
}

std::string spaced(std::string_view text) {
  std::string result(text);
  std::ranges::replace(result, '_', ' ');
  return result;
}

// What breaks first beyond the capacity, and what would then.
std::string binds_at_slo(const models::Capacity& capacity) {
  if (!capacity.any || !capacity.bounded) return std::string(not_applicable);
  const std::string first = spaced(word(capacity.binds));
  if (!capacity.next) return first;
  return fmt::format("{}; {} at {:.1f}x", first, spaced(word(*capacity.next)), capacity.next_factor);
}

Column column(const Comparison& comparison, std::string title, bool is_number,
              const std::function<std::string(const DeploymentResult&)>& text) {
  Column result{std::move(title), is_number, {}};
  for (const DeploymentResult& deployment : comparison.deployments) result.cells.push_back(text(deployment));
  return result;
}

std::size_t width(const Column& column) {
  std::size_t widest = report::width(column.title);
  for (const std::string& text : column.cells) widest = std::max(widest, report::width(text));
  return widest;
}

std::size_t width(const std::vector<Column>& columns) {
  std::size_t total = 0;
  for (const Column& one : columns) total += width(one) + gap;
  return total - std::min(total, gap);
}

struct Heading {
  Metric metric;
  std::string_view title;
};

constexpr std::array<Heading, 10> usual{{{Metric::makespan, "MAKESPAN"},
                                         {Metric::throughput, "RPS"},
                                         {Metric::latency_p50, "P50"},
                                         {Metric::latency_p95, "P95"},
                                         {Metric::latency_p99, "P99"},
                                         {Metric::cpu_used, "CPU"},
                                         {Metric::lock_wait, "LOCK WAIT"},
                                         {Metric::throttled_time, "THROTTLED"},
                                         {Metric::memory_mean, "MEMORY"},
                                         {Metric::error_rate, "LOST"}}};

constexpr std::array<std::string_view, 5> drop_list{"P95", "LOCK WAIT", "CPU", "THROTTLED", "P50"};

// Equal remarks of several deployments become one line.
std::vector<std::string> grouped(const Comparison& comparison, std::vector<std::string> DeploymentResult::* list) {
  struct Line {
    std::string remark;
    std::string names;
    std::size_t count;
  };
  std::vector<Line> lines;
  for (const DeploymentResult& result : comparison.deployments) {
    for (const std::string& remark : result.*list) {
      const auto known = std::ranges::find(lines, remark, &Line::remark);
      if (known == lines.end()) {
        lines.push_back({remark, result.deployment.name, 1});
      } else {
        known->names += ", " + result.deployment.name;
        ++known->count;
      }
    }
  }
  std::vector<std::string> text;
  for (const Line& line : lines) {
    if (text.size() == most_remarks) {
      text.push_back(fmt::format("and {} more, see --format json", lines.size() - most_remarks));
      break;
    }
    const bool all = line.count > 1 && line.count == comparison.deployments.size();
    text.push_back(fmt::format("{} ({})", line.remark, all ? "all" : line.names));
  }
  return text;
}

std::string modes_line(const DeploymentResult& result) {
  std::string text = fmt::format("{} settles in {} modes:", result.deployment.name, result.modes.size());
  for (const models::Mode& mode : result.modes) {
    const bool first = &mode == result.modes.data();
    text += fmt::format("{} {} with p50 {} ({}{})", first ? "" : ";", format_value(mode.throughput, "1/s"),
                        format_value(mode.latency_p50, "s"), format_value(mode.share, "1"),
                        first ? " of replications" : "");
  }
  return text;
}

}  // namespace

std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

Grid make_grid(const Comparison& comparison, bool wide, std::size_t limit) {
  Grid grid;
  const auto add = [&](std::string title, bool is_number, const auto& text) {
    grid.columns.push_back(column(comparison, std::move(title), is_number, text));
  };
  const bool has_slo = std::ranges::any_of(comparison.deployments, [](const DeploymentResult& result) {
    return result.slo != models::SloVerdict::none;
  });
  add("DEPLOYMENT", false, [](const DeploymentResult& result) { return result.deployment.name; });
  if (has_slo) add("SLO", false, slo_cell);
  if (wide) {
    for (const models::MetricInfo& info : models::metric_table()) {
      if (!applies(comparison, info.metric)) continue;
      add(upper(spaced(info.name)), true, [&](const DeploymentResult& result) { return cell(result, info.metric); });
    }
  } else {
    for (const Heading& heading : usual) {
      if (!applies(comparison, heading.metric)) continue;
      if (heading.metric == Metric::throttled_time && !comparison.scenario.container.limits.cpu) continue;
      add(std::string(heading.title), true,
          [&](const DeploymentResult& result) { return cell(result, heading.metric); });
    }
  }
  const auto with_capacity = std::ranges::find_if(comparison.deployments, [](const DeploymentResult& result) {
    return result.capacity.has_value();
  });
  if (with_capacity != comparison.deployments.end()) {
    const bool by_rate = with_capacity->capacity->axis == models::LoadAxis::rate;
    add(by_rate ? "RPS@SLO" : "CONNS@SLO", true, [](const DeploymentResult& result) {
      return result.capacity ? format_capacity(*result.capacity) : std::string(not_applicable);
    });
    add("BINDS@SLO", false, [](const DeploymentResult& result) {
      return result.capacity ? binds_at_slo(*result.capacity) : std::string(not_applicable);
    });
  }
  add("BINDS", false, [](const DeploymentResult& result) { return spaced(word(result.binds)); });
  add("BASIS", false, [](const DeploymentResult& result) { return std::string(word(result.basis)); });
  return wide ? grid : fitted(std::move(grid), drop_list, limit);
}

Grid fitted(Grid grid, std::span<const std::string_view> drop_list, std::size_t limit) {
  const auto drop = [&](const auto& unwanted) {
    std::erase_if(grid.columns, [&](const Column& one) {
      if (!unwanted(one)) return false;
      grid.left_out.push_back(one.title);
      return true;
    });
  };
  for (const std::string_view title : drop_list) {
    if (width(grid.columns) <= limit) break;
    drop([&](const Column& one) { return one.title == title; });
    if (width(grid.columns) <= limit) break;
    // What never happens in any deployment is missed least.
    drop([&](const Column& one) {
      return one.title != "LOST" && std::ranges::all_of(one.cells, [](const std::string& cell) {
               return cell == "0" || cell == not_applicable;
             });
    });
  }
  return grid;
}

namespace {

bool any_bill(const Comparison& comparison) {
  return std::ranges::any_of(comparison.deployments, [](const DeploymentResult& one) { return one.bill.has_value(); });
}

bool shows_costs(const Comparison& comparison, View view, bool wide) {
  return any_bill(comparison) && (view == View::cost || (view == View::scenario && !wide));
}

}  // namespace

Grid make_view(const Comparison& comparison, View view, bool wide, std::size_t limit) {
  const bool dense = std::ranges::any_of(comparison.deployments, [](const DeploymentResult& one) { return one.density.has_value(); });
  if (shows_costs(comparison, view, wide)) return cost_grid(comparison, wide ? std::string::npos : limit);
  if (dense && view == View::density) return density_grid(comparison, wide ? std::string::npos : limit);
  if (has_days(comparison) && view == View::day) return day_grid(comparison, wide ? std::string::npos : limit);
  return make_grid(comparison, wide, limit);
}

Grid make_offers(const Comparison& comparison, View view, bool wide) {
  return shows_costs(comparison, view, wide) ? offers_grid(comparison) : Grid{};
}

std::vector<std::string> remarks(const Comparison& comparison) {
  std::vector<std::string> lines;
  if (comparison.interrupted) lines.emplace_back("warning: the run was interrupted, deployments or replications are missing");
  for (const DeploymentResult& result : comparison.deployments) {
    if (!result.tuned.empty()) lines.push_back(fmt::format("{}: {}", result.deployment.name, result.tuned));
  }
  for (const DeploymentResult& result : comparison.deployments) {
    if (result.modes.size() > 1) lines.push_back(modes_line(result));
  }
  for (const DeploymentResult& result : comparison.deployments) {
    if (!result.precise) {
      lines.push_back(fmt::format("warning: {} did not reach the asked precision of {} in {} replications",
                                  result.deployment.name, format_setting(comparison.scenario.run.precision.value, "1"),
                                  result.replications.size()));
    }
  }
  for (const std::string& text : grouped(comparison, &DeploymentResult::warnings)) {
    lines.push_back(fmt::format("warning: {}", text));
  }
  const std::vector<std::string> assumptions = grouped(comparison, &DeploymentResult::assumptions);
  if (!assumptions.empty()) lines.emplace_back("Not measured:");
  for (const std::string& text : assumptions) lines.push_back(fmt::format("  {}", text));
  return lines;
}

}  // namespace report
