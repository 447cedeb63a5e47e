// SPDX-License-Identifier: MIT
#include "tools/report/cost_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "tools/report/letters.hpp"
#include "tools/report/number.hpp"

namespace report {
namespace {

using models::Amounts;
using models::Bill;
using models::Comparison;
using models::Density;
using models::DeploymentResult;
using models::Metric;
using models::Money;
using models::Quote;
using nlohmann::ordered_json;

std::string none() { return std::string(not_applicable); }

// A figure of a quote: its name goes between "cost_usd_" and nothing.
struct Figure {
  std::string_view name;
  std::string_view title;
  std::optional<Money> Amounts::* amount;
  int decimals;
};
constexpr std::array<Figure, 3> figures{
    {{"per_month", "A MONTH", &Amounts::per_month, models::decimals_per_month},
     {"per_million_requests", "1M REQUESTS", &Amounts::per_million_requests, models::decimals_per_million_requests},
     {"per_job", "A JOB", &Amounts::per_job, models::decimals_per_job}}};

// Beside a figure the least and the most that its uncertainty allows.
struct End {
  std::string_view suffix;
  const Amounts& (*of)(const Quote&);
};
constexpr std::array<End, 3> ends{{{"", [](const Quote& quote) -> const Amounts& { return quote; }},
                                   {"_low", [](const Quote& quote) -> const Amounts& { return quote.least; }},
                                   {"_high", [](const Quote& quote) -> const Amounts& { return quote.most; }}}};

const Quote* best(const DeploymentResult& result) { return result.bill ? result.bill->best() : nullptr; }

std::string amount_of(const Quote& quote, const Figure& figure) {
  if (!(quote.*figure.amount)) return none();
  return models::text(*(quote.least.*figure.amount), *(quote.most.*figure.amount), figure.decimals);
}

class Columns {
 public:
  explicit Columns(const Comparison& comparison) : comparison_(comparison) {}

  void add(std::string title, bool is_number, const std::function<std::string(const DeploymentResult&)>& text) {
    Column column{std::move(title), is_number, {}};
    for (const DeploymentResult& result : comparison_.deployments) column.cells.push_back(text(result));
    grid_.columns.push_back(std::move(column));
  }

  void add_of_best(std::string title, bool is_number, const std::function<std::string(const Quote&)>& text) {
    add(std::move(title), is_number, [&](const DeploymentResult& result) { return best(result) ? text(*best(result)) : none(); });
  }

  Grid take() { return std::move(grid_); }

 private:
  const Comparison& comparison_;
  Grid grid_;
};

bool any_of(const Comparison& comparison, const std::function<bool(const Quote&)>& holds) {
  return std::ranges::any_of(comparison.deployments, [&](const DeploymentResult& result) {
    return result.bill && std::ranges::any_of(result.bill->quotes, holds);
  });
}

std::string slo_cell(const DeploymentResult& result) {
  const Quote* quote = best(result);
  if (result.bill && !quote) return "no price";
  if (quote && !quote->holds) return "missed";
  return std::string(word(result.slo));
}

std::string rps_cell(const DeploymentResult& result) {
  return result.capacity ? format_capacity(*result.capacity) : none();
}

std::string capacity_binds(const DeploymentResult& result) {
  if (!result.capacity || !result.capacity->any || !result.capacity->bounded) return std::string(word(result.binds));
  return std::string(word(result.capacity->binds));
}

std::string spaced(std::string text) {
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string count_cell(const std::optional<models::Count>& count) { return count ? std::to_string(*count) : none(); }

}  // namespace

Grid cost_grid(const Comparison& comparison, std::size_t limit) {
  Columns columns(comparison);
  const bool jobs = any_of(comparison, [](const Quote& quote) { return quote.per_job.has_value(); });
  columns.add("DEPLOYMENT", false, [](const DeploymentResult& result) { return result.deployment.name; });
  if (!jobs) columns.add("SLO", false, slo_cell);
  columns.add("P99", true, [](const DeploymentResult& result) {
    return result.saturated ? "saturated" : format_estimate(result[Metric::latency_p99], "s");
  });
  if (!jobs) columns.add("RPS@SLO/POD", true, rps_cell);
  columns.add_of_best("PODS", true, [](const Quote& quote) { return std::to_string(quote.replicas); });
  columns.add("MEM/POD", true, [](const DeploymentResult& result) { return format_estimate(result[Metric::memory_mean], "bytes"); });
  columns.add("BINDS", false, [](const DeploymentResult& result) { return spaced(capacity_binds(result)); });
  const bool nodes = any_of(comparison, [](const Quote& quote) { return quote.on_nodes; });
  if (nodes) {
    columns.add_of_best("NODES", true, [](const Quote& quote) { return quote.on_nodes ? std::to_string(quote.nodes) : none(); });
  }
  columns.add_of_best("ON", false, [](const Quote& quote) { return quote.offer + (quote.origin.verified ? "" : " (unverified)"); });
  columns.add_of_best("IDLE", true, [](const Quote& quote) { return format_value(quote.idle, "1"); });
  for (const Figure& figure : figures) {
    const bool known = any_of(comparison, [&](const Quote& quote) { return (quote.*figure.amount).has_value(); });
    if (!known) continue;
    columns.add_of_best(std::string(figure.title), true, [&](const Quote& quote) { return amount_of(quote, figure); });
  }
  constexpr std::array<std::string_view, 4> drop_list{"MEM/POD", "IDLE", "P99", "BINDS"};
  return fitted(columns.take(), drop_list, limit);
}

Grid offers_grid(const Comparison& comparison) {
  struct Row {
    const DeploymentResult* result;
    const Quote* quote;
  };
  std::vector<Row> rows;
  bool several = false;
  for (const DeploymentResult& result : comparison.deployments) {
    if (!result.bill) continue;
    several = several || result.bill->quotes.size() > 1;
    for (const Quote& quote : result.bill->quotes) rows.push_back({&result, &quote});
  }
  Grid grid;
  if (!several) return grid;
  const auto add = [&](std::string title, bool is_number, const std::function<std::string(const Row&)>& text) {
    Column& column = grid.columns.emplace_back(Column{std::move(title), is_number, {}});
    for (const Row& row : rows) column.cells.push_back(text(row));
  };
  const auto add_priced = [&](std::string title, const std::function<std::string(const Quote&)>& text) {
    add(std::move(title), true, [&](const Row& row) { return row.quote->has_price() ? text(*row.quote) : none(); });
  };
  add("DEPLOYMENT", false, [](const Row& row) { return row.result->deployment.name; });
  add("OFFER", false, [](const Row& row) { return row.quote->offer + (row.quote->origin.verified ? "" : " (unverified)"); });
  add_priced("PODS", [](const Quote& quote) { return std::to_string(quote.replicas); });
  add_priced("NODES", [](const Quote& quote) { return quote.on_nodes ? std::to_string(quote.nodes) : none(); });
  add_priced("IDLE", [](const Quote& quote) { return format_value(quote.idle, "1"); });
  for (const Figure& figure : figures) {
    const auto known = [&](const Row& row) { return (row.quote->*figure.amount).has_value(); };
    if (std::ranges::none_of(rows, known)) continue;
    add_priced(std::string(figure.title), [&](const Quote& quote) { return amount_of(quote, figure); });
  }
  add("", false, [](const Row& row) -> std::string {
    const Quote& quote = *row.quote;
    if (!quote.has_price()) return "no price: " + quote.refused;
    return &quote == best(*row.result) ? "cheapest" : quote.holds ? "" : "misses the promises";
  });
  return grid;
}

Grid density_grid(const Comparison& comparison, std::size_t limit) {
  Columns columns(comparison);
  const auto of = [](const std::function<std::string(const Density&)>& text) {
    return [text](const DeploymentResult& result) { return result.density ? text(*result.density) : none(); };
  };
  columns.add("DEPLOYMENT", false, [](const DeploymentResult& result) { return result.deployment.name; });
  columns.add("NODE", false, of([](const Density& one) { return one.node; }));
  columns.add("RPS@SLO/POD", true, rps_cell);
  columns.add("P99 MEM/POD", true, of([](const Density& one) { return format_value(one.pod.memory.value, "bytes"); }));
  columns.add("BY CPU", true, of([](const Density& one) { return count_cell(one.by_cpu_requests); }));
  columns.add("BY MEMORY", true, of([](const Density& one) { return count_cell(one.by_memory_requests); }));
  columns.add("BY USE", true, of([](const Density& one) { return count_cell(one.by_memory_in_use); }));
  columns.add("BY PODS", true, of([](const Density& one) { return std::to_string(one.by_max_pods); }));
  columns.add("PODS/NODE", true, of([](const Density& one) { return std::to_string(one.containers); }));
  columns.add("BINDS", false, of([](const Density& one) { return spaced(std::string(models::word(one.binds))); }));
  columns.add("RPS@SLO/NODE", true, of([](const Density& one) {
    return format_estimate({one.load_of_node, one.load_of_node_half_width, one.load_of_node, one.load_of_node}, "1/s");
  }));
  columns.add("BASIS", false, [](const DeploymentResult& result) { return std::string(word(result.basis)); });
  constexpr std::array<std::string_view, 3> density_drops{"BASIS", "BY PODS", "P99 MEM/POD"};
  return fitted(columns.take(), density_drops, limit);
}

namespace {

ordered_json finite(double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(); }

ordered_json count_data(const std::optional<models::Count>& count) { return count ? ordered_json(*count) : ordered_json(); }

void add_figures(ordered_json& into, const Quote& quote) {
  const std::string currency = lower(quote.currency.name());
  for (const Figure& figure : figures) {
    for (const End& end : ends) {
      const std::optional<Money>& amount = end.of(quote).*figure.amount;
      into[fmt::format("cost_{}_{}{}", currency, figure.name, end.suffix)] =
          amount ? ordered_json(models::decimal(*amount, figure.decimals)) : ordered_json();
    }
  }
}

ordered_json quote_data(const Quote& quote) {
  ordered_json data = {{"offer", quote.offer},
                       {"sheet", quote.origin.sheet},
                       {"region", quote.origin.region},
                       {"source", quote.origin.source},
                       {"date", quote.origin.date},
                       {"verified", quote.origin.verified},
                       {"refused", quote.has_price() ? ordered_json() : ordered_json(quote.refused)},
                       {"holds", quote.holds},
                       {"replicas", quote.replicas},
                       {"on_nodes", quote.on_nodes},
                       {"nodes", quote.nodes},
                       {"share_of_node", finite(quote.share)},
                       {"vcpu_cores", finite(quote.vcpu.value)},
                       {"memory_bytes", finite(quote.memory.value)},
                       {"idle_share", finite(quote.has_price() ? quote.idle : std::nan(""))}};
  add_figures(data, quote);
  return data;
}

}  // namespace

ordered_json bill_data(const DeploymentResult& result) {
  if (!result.bill) return nullptr;
  ordered_json quotes = ordered_json::array();
  for (const Quote& quote : result.bill->quotes) quotes.push_back(quote_data(quote));
  const Quote* chosen = result.bill->best();
  ordered_json data = {{"offer", chosen ? ordered_json(chosen->offer) : ordered_json()},
                       {"currency", result.bill->quotes.front().currency.name()},
                       {"quotes", std::move(quotes)}};
  Quote without_price;
  without_price.currency = result.bill->quotes.front().currency;
  add_figures(data, chosen ? *chosen : without_price);
  return data;
}

ordered_json density_data(const DeploymentResult& result) {
  if (!result.density) return nullptr;
  const Density& one = *result.density;
  return {{"node", one.node},
          {"node_cores", finite(one.cores.value)},
          {"allocatable_cpu_cores", finite(one.allocatable.cpu.value)},
          {"allocatable_memory_bytes", finite(one.allocatable.memory.value)},
          {"memory_p99_bytes", finite(one.pod.memory.value)},
          {"cpu_mean_cores", finite(one.pod.cpu.value)},
          {"by_cpu_requests", count_data(one.by_cpu_requests)},
          {"by_memory_requests", count_data(one.by_memory_requests)},
          {"by_memory_in_use", count_data(one.by_memory_in_use)},
          {"by_max_pods", one.by_max_pods},
          {"containers", one.containers},
          {"binds", models::word(one.binds)},
          {"load_of_one", finite(one.load_of_one)},
          {"load_of_node", finite(one.load_of_node)},
          {"load_of_node_half_width", finite(one.load_of_node_half_width)}};
}

std::vector<std::string> currencies(std::span<const Comparison> comparisons) {
  std::set<std::string> found;
  for (const Comparison& comparison : comparisons) {
    for (const DeploymentResult& result : comparison.deployments) {
      if (best(result)) found.insert(lower(best(result)->currency.name()));
    }
  }
  if (found.empty()) found.insert("usd");
  return {found.begin(), found.end()};
}

void add_cost_columns(std::vector<std::string>& columns, const std::vector<std::string>& currencies) {
  columns.insert(columns.end(),
                 {"replicas", "pods_per_node", "density_binds", "load_of_node", "offer", "price_sheet",
                  "price_date", "price_verified", "nodes", "idle_share", "cost_holds"});
  for (const std::string& currency : currencies) {
    for (const Figure& figure : figures) {
      for (const End& end : ends) columns.push_back(fmt::format("cost_{}_{}{}", currency, figure.name, end.suffix));
    }
  }
}

void add_cost_cells(std::vector<Cell>& cells, const DeploymentResult& result,
                    const std::vector<std::string>& currencies) {
  const std::optional<Density>& density = result.density;
  const Quote* quote = best(result);
  const auto add = [&](bool known, auto value) {
    Cell& cell = cells.emplace_back();
    if (known) cell = value();
  };
  add(true, [&] { return result.replicas; });
  add(density.has_value(), [&] { return density->containers; });
  add(density.has_value(), [&] { return std::string(models::word(density->binds)); });
  add(density.has_value(), [&] { return density->load_of_node; });
  add(quote, [&] { return quote->offer; });
  add(quote, [&] { return quote->origin.sheet; });
  add(quote, [&] { return quote->origin.date; });
  add(quote, [&] { return quote->origin.verified; });
  add(quote && quote->on_nodes, [&] { return quote->nodes; });
  add(quote, [&] { return quote->idle; });
  add(quote, [&] { return quote->holds; });
  for (const std::string& currency : currencies) {
    for (const Figure& figure : figures) {
      const bool known = quote && lower(quote->currency.name()) == currency && (quote->*figure.amount).has_value();
      for (const End& end : ends) {
        add(known, [&] { return models::decimal(*(end.of(*quote).*figure.amount), figure.decimals); });
      }
    }
  }
}

}  // namespace report
