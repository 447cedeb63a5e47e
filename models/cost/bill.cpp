// SPDX-License-Identifier: MIT
#include "models/cost/bill.hpp"

#include <algorithm>
#include <cmath>

namespace models {
namespace {

constexpr double gibibyte = 1024.0 * 1024.0 * 1024.0;
constexpr std::int64_t seconds_of_hour = 3600;
constexpr std::int64_t million = 1'000'000;

Ratio one_minus(double share) { return Ratio(1) - Ratio::of(share); }

// vCPUs and GiB of all replicas.
struct Bought {
  Ratio vcpu;
  Ratio gib;
};

Bought all_of(const Quote& quote) {
  const Ratio replicas(quote.replicas);
  return {Ratio::of(quote.vcpu.value) * replicas, Ratio::of(quote.memory.value / gibibyte) * replicas};
}

// What is left to pay of `amount` after so much is free.
Ratio beyond(const Ratio& amount, double free) {
  const Ratio left = amount - Ratio::of(free);
  return left.numerator() > 0 ? left : Ratio(0);
}

// Both resources for so many hours each at these prices.
Money for_hours(const Bought& bought, const Price& vcpu, const Price& memory, const Ratio& hours) {
  return vcpu.rate.per_hour * (bought.vcpu * hours) + memory.rate.per_hour * (bought.gib * hours);
}

void per_million(Quote& quote, const CostBlock& cost, const Consumption& use) {
  if (!quote.per_month || use.completed_per_s <= 0.0) return;
  const Ratio requests = Ratio::of(use.completed_per_s) * Ratio::of(cost.hours_per_month) * Ratio(seconds_of_hour);
  quote.per_million_requests = *quote.per_month * (requests * Ratio(1, million)).inverse();
}

void certain(Quote& quote) {
  quote.least = quote;
  quote.most = quote;
}

double idle_share(double paid_cores, double used) {
  if (!(paid_cores > 0.0)) return std::nan("");
  return std::clamp(1.0 - used / paid_cores, 0.0, 1.0);
}

Money busy_month(const Bought& bought, const ContainerOffer& offer, const CostBlock& cost, const Consumption& use) {
  const Ratio hours = Ratio::of(cost.hours_per_month);
  const Ratio busy = Ratio::of(use.busy);
  const FreeTier free = cost.free_tier ? offer.free : FreeTier{};
  const Ratio vcpu_hours = beyond(bought.vcpu * hours * busy, free.vcpu_seconds / static_cast<double>(seconds_of_hour));
  const Ratio gib_hours = beyond(bought.gib * hours * busy, free.gib_seconds / static_cast<double>(seconds_of_hour));
  const Money active = offer.vcpu.rate.per_hour * vcpu_hours + offer.memory.rate.per_hour * gib_hours;
  const Money idle = for_hours(bought, offer.idle_vcpu, offer.idle_memory, hours * (Ratio(1) - busy));
  return (active + idle) * one_minus(cost.discount.value);
}

Money requests_of_month(const ContainerOffer& offer, const CostBlock& cost, const Consumption& use) {
  const Ratio requests = Ratio::of(use.completed_per_s) * Ratio::of(cost.hours_per_month) * Ratio(seconds_of_hour);
  const Ratio paid = beyond(requests, cost.free_tier ? offer.free.requests : 0.0);
  return offer.million_requests.amount * (paid * Ratio(1, million));
}

}  // namespace

std::optional<SoldSize> smallest_size(const ContainerOffer& offer, Cores vcpu, Bytes memory) {
  constexpr double slack = 1e-9;
  const auto stepped = [&](double gib) {
    const double step = offer.memory_step.value / gibibyte;
    return step > 0.0 ? std::ceil(gib / step * (1.0 - slack)) * step : gib;
  };
  const auto with = [&](double cores) -> std::optional<SoldSize> {
    const double gib = stepped(std::max(memory.value / gibibyte, offer.gib_per_vcpu_at_least * cores));
    if (offer.gib_per_vcpu_at_most > 0.0 && gib > offer.gib_per_vcpu_at_most * cores * (1.0 + slack)) return std::nullopt;
    return SoldSize{{cores}, {gib * gibibyte}};
  };
  if (offer.vcpu_sizes.empty()) {
    const double by_memory = offer.gib_per_vcpu_at_most > 0.0 ? stepped(memory.value / gibibyte) / offer.gib_per_vcpu_at_most : 0.0;
    return with(std::max(vcpu.value, by_memory));
  }
  for (const Cores size : offer.vcpu_sizes) {
    if (size.value < vcpu.value * (1.0 - slack)) continue;
    if (const auto sold = with(size.value)) return sold;
  }
  return std::nullopt;
}

PriceOrigin origin_of(const PriceSheet& sheet, const Price& price) {
  return {sheet.name, sheet.region, price.source.empty() ? sheet.source : price.source,
          price.date.empty() ? sheet.date : price.date, sheet.verified && price.verified};
}

void price_on_nodes(Quote& quote, const NodeType& type, const CostBlock& cost, const Consumption& use) {
  quote.vcpu = type.vcpu;
  quote.memory = type.memory;
  const Count needed = quote.nodes;
  const Ratio spare_part(needed + cost.spare_nodes, std::max<Count>(needed, 1));
  // What is paid for, in nodes.
  const Ratio paid = cost.by == BillBy::node
                         ? Ratio(needed + cost.spare_nodes)
                         : Ratio(quote.replicas) * Ratio::of(quote.share) * spare_part;
  quote.nodes = needed + cost.spare_nodes;
  const Ratio full = paid * one_minus(cost.discount.value);
  const Money hour = type.price.rate.per_hour;
  if (use.makespan) {
    quote.per_job = hour * (full * Ratio::of(use.makespan->seconds) * Ratio(1, seconds_of_hour));
  } else {
    quote.per_month = hour * (full * Ratio::of(cost.hours_per_month));
    per_million(quote, cost, use);
  }
  if (cost.by == BillBy::share && quote.replicas > 0) {
    quote.per_replica_hour = hour * (full * Ratio(1, quote.replicas));
  }
  certain(quote);
  const double paid_nodes = static_cast<double>(paid.numerator()) / static_cast<double>(paid.denominator());
  quote.idle = idle_share(paid_nodes * type.vcpu.value, use.cpu_used);
}

void price_containers(Quote& quote, const ContainerOffer& offer, const CostBlock& cost, const Consumption& use) {
  const Bought bought = all_of(quote);
  if (use.makespan) {
    const Duration paid = std::max(*use.makespan, offer.minimum);
    const Ratio hours = Ratio::of(paid.seconds) * Ratio(1, seconds_of_hour);
    quote.per_job = for_hours(bought, offer.vcpu, offer.memory, hours) * one_minus(cost.discount.value);
  } else if (offer.billed == Billed::busy) {
    quote.per_month = busy_month(bought, offer, cost, use) + requests_of_month(offer, cost, use);
    per_million(quote, cost, use);
  } else {
    quote.per_month = for_hours(bought, offer.vcpu, offer.memory, Ratio::of(cost.hours_per_month)) *
                          one_minus(cost.discount.value) +
                      requests_of_month(offer, cost, use);
    per_million(quote, cost, use);
  }
  if (offer.billed == Billed::running && quote.replicas > 0) {
    quote.per_replica_hour =
        for_hours(bought, offer.vcpu, offer.memory, Ratio(1, quote.replicas)) * one_minus(cost.discount.value);
  }
  certain(quote);
  const double paid_time = offer.billed == Billed::busy ? use.busy : 1.0;
  quote.idle = idle_share(static_cast<double>(quote.replicas) * quote.vcpu.value * paid_time, use.cpu_used);
}

void widen(Quote& quote, const Amounts& amounts) {
  for (const auto figure : {&Amounts::per_month, &Amounts::per_million_requests, &Amounts::per_job}) {
    const std::optional<Money>& amount = amounts.*figure;
    if (!amount || !(quote.*figure)) continue;
    quote.least.*figure = std::min(*(quote.least.*figure), *amount);
    quote.most.*figure = std::max(*(quote.most.*figure), *amount);
  }
}

bool surely_cheaper(const Quote& one, const Quote& other) { return one.most.amount() < other.least.amount(); }

std::optional<std::size_t> cheapest(const std::vector<Quote>& quotes) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < quotes.size(); ++i) {
    if (!quotes[i].has_price()) continue;
    const bool better = !best || (quotes[i].holds && !quotes[*best].holds) ||
                        (quotes[i].holds == quotes[*best].holds && quotes[i].amount() < quotes[*best].amount());
    if (better) best = i;
  }
  return best;
}

}  // namespace models
