// SPDX-License-Identifier: MIT
// A bill is exact arithmetic on a number of containers, which is an estimate: of two deployments one is called cheaper
// only where the most that it may cost is less than the least that the other may.
#include "tools/report/cost_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "tools/report/cost_view.hpp"
#include "tools/report/letters.hpp"
#include "tools/report/number.hpp"

namespace report {
namespace {

using models::Comparison;
using models::DeploymentResult;
using models::Money;
using models::Quote;

class CostReader {
 public:
  explicit CostReader(const Comparison& comparison) : comparison_(comparison) {
    for (std::size_t i = 0; i < comparison.deployments.size(); ++i) {
      if (best(i)) (best(i)->holds ? kept_ : missed_).push_back(i);
    }
    std::ranges::stable_sort(kept_, [&](std::size_t a, std::size_t b) { return best(a)->amount() < best(b)->amount(); });
  }

  std::vector<Sentence> read() {
    least();
    missed();
    prices();
    return std::move(sentences_);
  }

 private:
  const std::string& name(std::size_t i) const { return comparison_.deployments[i].deployment.name; }
  const Quote* best(std::size_t i) const {
    const DeploymentResult& result = comparison_.deployments[i];
    return result.bill ? result.bill->best() : nullptr;
  }

  void say(std::string text) { sentences_.push_back({std::move(text), std::exchange(numbers_, {})}); }

  // The amount that offers are compared by, where the report has it.
  std::string quote_amount(std::size_t i) {
    const bool monthly = best(i)->per_month.has_value();
    const auto figure = monthly ? &models::Amounts::per_month : &models::Amounts::per_job;
    return quote_figure(i, figure, monthly ? "per_month" : "per_job", monthly ? models::decimals_per_month : models::decimals_per_job) +
           (monthly ? " a month" : " a job");
  }

  std::string quote_million(std::size_t i) {
    return quote_figure(i, &models::Amounts::per_million_requests, "per_million_requests", models::decimals_per_million_requests);
  }

  std::string quote_figure(std::size_t i, std::optional<Money> models::Amounts::* figure, std::string_view name, int decimals) {
    const Money& least = *(best(i)->least.*figure);
    const Money& most = *(best(i)->most.*figure);
    const std::string text = models::text(least, most, decimals);
    const std::string at =
        fmt::format("/deployments/{}/bill/cost_{}_{}", i, lower(best(i)->currency.name()), name);
    if (text == models::text(most, decimals)) {
      numbers_.push_back({text, {at}});
    } else {
      numbers_.push_back({text, {at + "_low", at + "_high"}});
    }
    return text;
  }

  std::vector<std::string> names(const std::vector<std::size_t>& which) const {
    std::vector<std::string> all;
    for (const std::size_t i : which) all.push_back(name(i));
    return all;
  }

  // The amounts that tell two deployments apart.
  std::pair<Money, Money> reads_as(std::size_t i) const { return {best(i)->least.amount(), best(i)->most.amount()}; }

  bool is_certain(std::size_t i) const { return best(i)->least.amount() == best(i)->most.amount(); }

  std::string place(std::size_t i) {
    const Quote& quote = *best(i);
    const auto of_quote = [&](std::string_view field) {
      return fmt::format("/deployments/{}/bill/quotes/{}/{}", i, *comparison_.deployments[i].bill->chosen, field);
    };
    numbers_.push_back({std::to_string(quote.replicas), {of_quote("replicas")}});
    if (!quote.on_nodes) return fmt::format("{} x {}", quote.replicas, quote.offer);
    numbers_.push_back({std::to_string(quote.nodes), {of_quote("nodes")}});
    return fmt::format("{} pod{} on {} x {}", quote.replicas, quote.replicas == 1 ? "" : "s", quote.nodes, quote.offer);
  }

  void least() {
    if (kept_.empty()) return;
    const std::size_t first = kept_.front();
    std::vector<std::size_t> equals;
    for (const std::size_t i : kept_) {
      if (!models::surely_cheaper(*best(first), *best(i))) equals.push_back(i);
    }
    // Equal ranges are no equal amounts.
    const bool alike =
        equals.size() == 1 || (is_certain(first) && std::ranges::all_of(equals, [&](std::size_t i) {
                                 return reads_as(i) == reads_as(first);
                               }));
    std::string text;
    if (equals.size() == 1) {
      text = fmt::format("As sized here, {} costs the least: {}", name(first), quote_amount(first));
    } else if (alike) {
      text = fmt::format("As sized here, {} cost the same, the least: {}", fmt::join(names(equals), ", "), quote_amount(first));
    } else {
      std::vector<std::string> parts;
      for (const std::size_t i : equals) parts.push_back(fmt::format("{} ({})", name(i), quote_amount(i)));
      text = fmt::format("No difference in cost is proven between the cheapest, {}", fmt::join(parts, ", "));
    }
    if (alike && best(first)->per_million_requests) text += fmt::format(" ({} for a million requests)", quote_million(first));
    if (equals.size() == 1) text += fmt::format(", {}", place(first));
    std::vector<std::string> others;
    for (const std::size_t i : kept_) {
      if (std::ranges::find(equals, i) != equals.end()) continue;
      if (others.size() == 3) {
        others.emplace_back("others");
        break;
      }
      others.push_back(fmt::format("{} {}", name(i), quote_amount(i)));
    }
    if (!others.empty()) text += fmt::format("; then {}", fmt::join(others, ", "));
    say(text + ".");
  }

  void missed() {
    std::vector<std::string> parts;
    for (const std::size_t i : missed_) parts.push_back(name(i));
    for (std::size_t i = 0; i < comparison_.deployments.size(); ++i) {
      if (comparison_.deployments[i].bill && !best(i)) parts.push_back(name(i));
    }
    if (!parts.empty()) say(fmt::format("No price that keeps the promises was found for {}.", fmt::join(parts, ", ")));
  }

  void prices() {
    std::set<std::string> sheets;
    bool unverified = false;
    for (const auto* list : {&kept_, &missed_}) {
      for (const std::size_t i : *list) {
        const models::PriceOrigin& origin = best(i)->origin;
        sheets.insert(fmt::format("{} ({}, {})", origin.sheet, origin.region, origin.date));
        unverified = unverified || !origin.verified;
      }
    }
    if (sheets.empty()) return;
    const models::CostBlock& cost = comparison_.scenario.cost;
    std::string text = fmt::format("Prices: {}", fmt::join(sheets, ", "));
    if (unverified) text += ", some of them not verified";
    if (cost.discount.value > 0.0) text += fmt::format(", less {}", format_setting(cost.discount.value, "1"));
    const bool on_nodes = std::ranges::any_of(kept_, [&](std::size_t i) { return best(i)->on_nodes; });
    if (on_nodes) text += cost.by == models::BillBy::node ? "; whole nodes are paid" : "; of nodes the dominant share is paid";
    say(text + "; the load is the same all month.");
  }

  const Comparison& comparison_;
  std::vector<std::size_t> kept_;      // cheapest first
  std::vector<std::size_t> missed_;
  std::vector<Sentence> sentences_;
  std::vector<QuotedNumber> numbers_;
};

}  // namespace

std::vector<Sentence> cost_reading(const Comparison& comparison) { return CostReader(comparison).read(); }

}  // namespace report
