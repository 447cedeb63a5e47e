// SPDX-License-Identifier: MIT
#include "tools/report/tuning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "tools/report/cost_view.hpp"
#include "tools/report/csv_text.hpp"
#include "tools/report/grid.hpp"
#include "tools/report/letters.hpp"
#include "tools/report/number.hpp"

namespace report {
namespace {

using models::Candidate;
using models::Metric;
using nlohmann::ordered_json;

bool is_best(const TunedDeployment& tuned, const Candidate& candidate) {
  return tuned.tuning.best && &tuned.tuning.candidates[*tuned.tuning.best] == &candidate;
}

bool is_written(const TunedDeployment& tuned, const Candidate& candidate) {
  return candidate.processes == tuned.written.processes && candidate.threads == tuned.written.threads;
}

std::string role(const TunedDeployment& tuned, const Candidate& candidate) {
  std::vector<std::string> roles;
  if (is_best(tuned, candidate)) roles.emplace_back("best");
  if (candidate.on_front) roles.emplace_back("front");
  if (is_written(tuned, candidate)) roles.emplace_back("as written");
  return fmt::format("{}", fmt::join(roles, ", "));
}

std::string shown(const Candidate& candidate, Metric metric) {
  return format_estimate(candidate[metric], models::info(metric).unit);
}

bool has_prices(std::span<const TunedDeployment> tuned) {
  return std::ranges::any_of(tuned, [](const TunedDeployment& one) { return one.tuning.goal == models::Goal::cost; });
}

// Of the whole service a month; the candidates of a search by cost have no capacity of their own.
std::string amount_of(const Candidate& candidate) {
  return candidate.price ? models::text(candidate.price->amount(), models::decimals_per_month) : std::string(not_applicable);
}

struct Cell {
  std::string_view title;
  bool is_text;
  std::string text;
};

std::vector<Cell> row(const TunedDeployment& tuned, const Candidate& candidate, bool priced) {
  std::vector<Cell> cells{{"DEPLOYMENT", true, tuned.name},
                          {"PROCESSES", false, std::to_string(candidate.processes)},
                          {"THREADS", false, std::to_string(candidate.threads)},
                          {"SLO", true, candidate.meets ? "ok" : "missed"}};
  // Of a service in several containers no one's throughput says anything.
  if (!priced) cells.push_back({"RPS", false, shown(candidate, Metric::throughput)});
  cells.push_back({"P99", false, shown(candidate, Metric::latency_p99)});
  cells.push_back({"MEMORY", false, shown(candidate, Metric::memory_mean)});
  if (priced) {
    cells.push_back({"PODS", false, candidate.price ? std::to_string(candidate.price->replicas) : std::string(not_applicable)});
    cells.push_back({"ON", true, candidate.price ? candidate.price->offer : std::string(not_applicable)});
    cells.push_back({"A MONTH", false, amount_of(candidate)});
  } else {
    const bool bound = candidate.capacity && candidate.capacity->any && candidate.capacity->bounded;
    std::string binds(bound ? word(candidate.capacity->binds) : not_applicable);
    std::ranges::replace(binds, '_', ' ');
    cells.push_back({"RPS@SLO", false, candidate.capacity ? format_capacity(*candidate.capacity) : std::string(not_applicable)});
    cells.push_back({"BINDS@SLO", true, std::move(binds)});
  }
  cells.push_back({"", true, role(tuned, candidate)});
  return cells;
}

std::vector<std::vector<Cell>> rows(std::span<const TunedDeployment> tuned) {
  std::vector<std::vector<Cell>> all;
  for (const TunedDeployment& one : tuned) {
    for (const Candidate& candidate : one.tuning.candidates) {
      const bool matters = candidate.on_front || candidate.capacity || candidate.price || is_best(one, candidate) || is_written(one, candidate);
      if (matters) all.push_back(row(one, candidate, has_prices(tuned)));
    }
  }
  return all;
}

std::string table(std::span<const TunedDeployment> tuned, bool markdown) {
  const std::vector<std::vector<Cell>> cells = rows(tuned);
  std::string text;
  if (!cells.empty()) {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < cells.front().size(); ++i) {
      widths.push_back(width(std::string(cells.front()[i].title)));
      for (const auto& line : cells) widths[i] = std::max(widths[i], width(line[i].text));
    }
    const auto put = [&](const auto& written) {
      std::string drawn;
      for (std::size_t i = 0; i < widths.size(); ++i) {
        const std::string cell = written(i);
        const std::string padding(markdown ? 0 : widths[i] - width(cell), ' ');
        drawn += markdown ? "| " : i > 0 ? "  " : "";
        drawn += cells.front()[i].is_text ? cell + padding : padding + cell;
        if (markdown) drawn += ' ';
      }
      if (markdown) drawn += '|';
      drawn.erase(drawn.find_last_not_of(' ') + 1);
      text += drawn + "\n";
    };
    put([&](std::size_t i) { return std::string(cells.front()[i].title); });
    if (markdown) put([](std::size_t) { return std::string("---"); });
    for (const auto& line : cells) put([&](std::size_t i) { return line[i].text; });
  }
  text += "\n";
  for (const TunedDeployment& one : tuned) text += tuning_sentence(one) + "\n";
  return text;
}

std::string plain(double value) { return std::isfinite(value) ? fmt::format("{}", value) : std::string(); }

std::string csv(std::span<const TunedDeployment> tuned) {
  std::string text = "deployment,processes,threads,slo,best,front,replications,throughput_per_s,latency_p99_s,memory_mean_bytes,"
                     "capacity,capacity_half_width,capacity_binds,oom_share,offer,replicas,currency,cost\r\n";
  for (const TunedDeployment& one : tuned) {
    for (const Candidate& candidate : one.tuning.candidates) {
      const bool known = candidate.capacity && candidate.capacity->any;
      text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{}", one.name, candidate.processes, candidate.threads,
                          candidate.meets ? "ok" : "missed", is_best(one, candidate), candidate.on_front,
                          candidate.replications, plain(candidate[Metric::throughput].mean),
                          plain(candidate[Metric::latency_p99].mean), plain(candidate[Metric::memory_mean].mean),
                          known ? plain(candidate.capacity->load.mean) : "",
                          known ? plain(candidate.capacity->load.half_width) : "",
                          known ? word(candidate.capacity->binds) : "", plain(candidate.oom_share));
      const std::optional<models::Quote>& price = candidate.price;
      text += price ? fmt::format(",{},{},{},{}\r\n", csv_quoted(price->offer), price->replicas, price->currency.name(),
                                  models::decimal(price->amount(), models::decimals_per_month))
                    : ",,,,\r\n";
    }
  }
  return text;
}

ordered_json number(double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(); }

ordered_json estimate(const models::Estimate& one) {
  return {{"mean", number(one.mean)}, {"half_width", number(one.half_width)}};
}

ordered_json price_data(const std::optional<models::Quote>& price) {
  if (!price) return nullptr;
  return {{"offer", price->offer},
          {"replicas", price->replicas},
          {"nodes", price->nodes},
          {fmt::format("cost_{}_per_month", lower(price->currency.name())),
           models::decimal(price->amount(), models::decimals_per_month)}};
}

std::string json(std::span<const TunedDeployment> tuned) {
  ordered_json all = ordered_json::array();
  for (const TunedDeployment& one : tuned) {
    ordered_json candidates = ordered_json::array();
    for (const Candidate& candidate : one.tuning.candidates) {
      const bool known = candidate.capacity && candidate.capacity->any;
      candidates.push_back({{"processes", candidate.processes},
                            {"threads", candidate.threads},
                            {"slo", candidate.meets ? "ok" : "missed"},
                            {"best", is_best(one, candidate)},
                            {"front", candidate.on_front},
                            {"replications", candidate.replications},
                            {"throughput_per_s", estimate(candidate[Metric::throughput])},
                            {"latency_p99_s", estimate(candidate[Metric::latency_p99])},
                            {"memory_mean_bytes", estimate(candidate[Metric::memory_mean])},
                            {"capacity", known ? estimate(candidate.capacity->load) : ordered_json()},
                            {"capacity_binds", known ? ordered_json(word(candidate.capacity->binds)) : ordered_json()},
                            {"oom_share", number(candidate.oom_share)},
                            {"price", price_data(candidate.price)}});
    }
    all.push_back({{"deployment", one.name},
                   {"goal", models::word(one.tuning.goal)},
                   {"reason", one.tuning.reason},
                   {"simulated_replications", one.tuning.replications},
                   {"reading", tuning_sentence(one)},
                   {"candidates", std::move(candidates)}});
  }
  return all.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string counted(models::Count count, std::string_view noun, std::string_view plural) {
  return fmt::format("{} {}", count, count == 1 ? noun : plural);
}

}  // namespace

std::string tuning_sentence(const TunedDeployment& tuned) {
  const models::Tuning& tuning = tuned.tuning;
  if (!tuning.best) {
    return fmt::format("{}: no number of processes and threads keeps the SLO ({}).", tuned.name, tuning.reason);
  }
  const Candidate& best = tuning.candidates[*tuning.best];
  std::string text = fmt::format("{}: {} of {}", tuned.name, counted(best.processes, "process", "processes"),
                                 counted(best.threads, "thread", "threads"));
  if (best.capacity) {
    const bool by_rate = best.capacity->axis == models::LoadAxis::rate;
    text += fmt::format(" up to {}{} at the SLO", format_capacity(*best.capacity), by_rate ? "" : " connections");
  }
  if (best.price) {
    return text + fmt::format(" cost {} a month: {} on {}, with a p99 of {} and {} of memory each.",
                              amount_of(best), counted(best.price->replicas, "container", "containers"), best.price->offer,
                              shown(best, Metric::latency_p99), shown(best, Metric::memory_mean));
  }
  text += fmt::format("; at the scenario's load a p99 of {} with {} of memory.", shown(best, Metric::latency_p99),
                      shown(best, Metric::memory_mean));
  return text;
}

std::string tuning_text(std::span<const TunedDeployment> tuned, std::string_view format) {
  if (format == "json") return json(tuned);
  if (format == "csv") return csv(tuned);
  return table(tuned, format == "markdown");
}

}  // namespace report
