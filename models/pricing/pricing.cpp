// SPDX-License-Identifier: MIT
#include "models/pricing/pricing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "models/cost/core_speed.hpp"
#include "models/profile/carrying.hpp"
#include "models/profile/host_profile.hpp"
#include "models/profile/range_end.hpp"

namespace models {
namespace {

Count whole_cores(Cores cpu) { return std::max<Count>(1, static_cast<Count>(std::ceil(cpu.value - 1e-9))); }

void give_cores(TrialParameters& at, Count cores) {
  // A curve that was measured up to another number of cores says nothing of this machine; the profile's own goes on.
  if (static_cast<Count>(at.node.scaling.size()) != cores) at.node.scaling.clear();
  at.node.cores = cores;
}

Reserve reserve_of(const CostBlock& cost, Provider provider) {
  Reserve reserve = cost.reserve;
  if (reserve.rule != ReserveRule::provider) return reserve;
  switch (provider) {
    case Provider::aws: reserve.rule = ReserveRule::eks; break;
    case Provider::google: reserve.rule = ReserveRule::gke; break;
    case Provider::azure: reserve.rule = ReserveRule::aks; break;
    case Provider::other: reserve.rule = ReserveRule::none; break;
  }
  return reserve;
}

// What a deployment comes to on one offer.
struct Candidate {
  Quote quote;
  std::optional<Capacity> capacity;
  Sized sized;
  std::optional<Density> density;
  TrialParameters at;                  // the whole service there
  double speed = 1.0;                  // of the cores, over those of the profile
  std::string assumption;
};

class Pricing {
 public:
  Pricing(const TrialParameters& at, const CostBlock& cost, const Simulator& simulator)
      : at_(at), cost_(cost), simulator_(simulator) {}

  Priced all() {
    for (const PriceSheet& sheet : cost_.priced) {
      for (const NodeType& type : sheet.nodes) candidates_.push_back(on_nodes(sheet, type));
      for (const ContainerOffer& offer : sheet.containers) candidates_.push_back(without_nodes(sheet, offer));
    }
    Priced priced;
    Bill& bill = priced.bill.emplace();
    for (const Candidate& candidate : candidates_) bill.quotes.push_back(candidate.quote);
    bill.chosen = cheapest(bill.quotes);
    if (!bill.chosen) {
      priced.at = priced.service = at_;
      priced.replicas = priced.at.replicas = std::max<Count>(1, at_.replicas);
      for (const Quote& quote : bill.quotes) priced.warnings.push_back(fmt::format("no price on {}: {}", quote.offer, quote.refused));
      return priced;
    }
    Candidate& best = candidates_[*bill.chosen];
    if (best.density) fill_node(best);
    priced.at = best.sized.fullest;
    priced.of_service = best.sized.of_service;
    priced.service = best.at;
    priced.seen = std::move(best.sized.seen);
    priced.replicas = best.sized.replicas;
    priced.capacity = best.capacity;
    priced.density = best.density;
    if (!best.assumption.empty()) priced.assumptions.push_back(best.assumption);
    if (!best.quote.holds) {
      priced.warnings.push_back(fmt::format("{} containers on {} do not keep the promises", best.quote.replicas, best.quote.offer));
    }
    return priced;
  }

 private:
  Candidate on_nodes(const PriceSheet& sheet, const NodeType& type) {
    Candidate candidate = start(sheet, type, type.price);
    const NodeShape shape{type.vcpu, type.memory, cost_.max_pods.value_or(type.max_pods)};
    const Allocatable left = allocatable(shape, reserve_of(cost_, sheet.provider));
    give_cores(candidate.at, whole_cores(type.vcpu));
    const Spreading spread = [&](Count replicas, const PodUse& use) { return spread_over(left, replicas, use); };
    size_it(candidate, spread);
    if (!candidate.quote.has_price()) return candidate;
    Density& filled = candidate.density.emplace(density(candidate.sized.use, cost_.pod_overhead, left));
    filled.node = type.name;
    filled.cores = type.vcpu;
    in_money(candidate, spread, [&](Quote& quote, const Sized& sized) {
      quote.nodes = sized.spread.nodes;
      quote.share = dominant_share(sized.use, cost_.pod_overhead, left, type.vcpu);
      price_on_nodes(quote, type, cost_, consumption_of(sized));
    });
    return candidate;
  }

  Candidate without_nodes(const PriceSheet& sheet, const ContainerOffer& offer) {
    Candidate candidate = start(sheet, offer, offer.vcpu);
    Quote& quote = candidate.quote;
    quote.on_nodes = false;
    quote.origin.verified = quote.origin.verified && offer.memory.verified && offer.idle_vcpu.verified &&
                            offer.idle_memory.verified && offer.million_requests.verified;
    const PodUse wanted = requests_of(candidate.at.container);
    const Resources& limits = candidate.at.container.limits;
    const std::optional<Cores> cpu = limits.cpu ? limits.cpu : wanted.cpu_request;
    const std::optional<Bytes> memory = limits.memory ? limits.memory : wanted.memory_request;
    if (!cpu || !memory) {
      quote.refused = "a container without a node is bought by limits of CPU and memory, and it has none";
      return candidate;
    }
    const std::optional<SoldSize> sold = smallest_size(offer, *cpu, *memory);
    if (!sold) {
      quote.refused = "no size on offer is large enough";
      return candidate;
    }
    quote.vcpu = sold->vcpu;
    quote.memory = sold->memory;
    candidate.at.container.limits = {sold->vcpu, sold->memory};
    candidate.at.container.requests = {};
    candidate.at.container.cpuset.reset();
    candidate.at.node.neighbours.clear();
    give_cores(candidate.at, whole_cores(sold->vcpu));
    const Spreading spread = [](Count, const PodUse&) { return std::optional(Spread{0, 1}); };
    size_it(candidate, spread);
    if (!quote.has_price()) return candidate;
    in_money(candidate, spread,
             [&](Quote& priced, const Sized& sized) { price_containers(priced, offer, cost_, consumption_of(sized)); });
    return candidate;
  }

  template <class Offer>
  Candidate start(const PriceSheet& sheet, const Offer& offer, const Price& price) const {
    Candidate candidate;
    candidate.quote.offer = offer.name;
    candidate.quote.origin = origin_of(sheet, price);
    candidate.quote.currency = price.rate.per_hour.currency();
    candidate.at = at_;
    const std::optional<Measured<Factor>> speed = core_speed(cost_, offer, at_.profile);
    if (!speed) {
      candidate.assumption = fmt::format("the cores of {} are taken to be as fast as those of the profile", offer.name);
    } else if (speed->basis != Basis::measured) {
      candidate.assumption = fmt::format("the cores of {} are taken to be {} times as fast as those of the profile{}{}", offer.name,
                                         speed->value.value, speed->source.empty() ? "" : ": ", speed->source);
    }
    if (speed && speed->value.value != 1.0) {
      candidate.speed = speed->value.value;
      HostProfile there;
      there.name = offer.core_name();
      there.speed = *speed;
      candidate.at.profile.host.speed = Factor{1.0};
      carry(candidate.at.profile, there);
    }
    return candidate;
  }

  void size_it(Candidate& candidate, const Spreading& spread) {
    candidate.capacity = capacity_of(candidate.at, candidate.speed);
    candidate.sized = size({candidate.at, candidate.capacity, spread}, simulator_);
    candidate.quote.refused = candidate.sized.refused;
    candidate.quote.holds = candidate.sized.holds;
    candidate.quote.replicas = candidate.sized.replicas;
  }

  // `fill` gives a quote its amounts for a size.
  template <class Fill>
  void in_money(Candidate& candidate, const Spreading& spread, const Fill& fill) const {
    const auto priced = [&](const Sized& sized) {
      Quote quote = candidate.quote;
      quote.replicas = sized.replicas;
      fill(quote, sized);
      return quote;
    };
    try {
      candidate.quote = priced(candidate.sized);
      for (const Sized& other : other_sizes(candidate, spread)) widen(candidate.quote, priced(other));
    } catch (const std::overflow_error&) {
      candidate.quote.refused = "the amount is beyond all reason";
    }
  }

  // Where the capacity's interval and the profile's ranges leave open how many containers are needed.
  std::vector<Sized> other_sizes(const Candidate& candidate, const Spreading& spread) const {
    std::vector<Sized> sizes;
    if (!candidate.capacity) return sizes;
    const Capacity& capacity = *candidate.capacity;
    const auto add_those_around = [&](const Sized& sized, double load_of_one) {
      if (at_.replicas > 0) return;
      const Load& load = at_.service.load;
      const std::optional<Count> guess = containers_for(load, load_of_one);
      for (const double bound : {load_of_one + capacity.load.half_width, load_of_one - capacity.load.half_width}) {
        const std::optional<Count> count = bound > 0.0 ? containers_for(load, bound) : std::nullopt;
        if (!guess || !count || *count == *guess) continue;
        if (auto other = with(sized, sized.replicas + *count - *guess, spread)) sizes.push_back(std::move(*other));
      }
    };
    add_those_around(candidate.sized, std::min(capacity.load.low, capacity.load.high));
    if (!has_ranges(candidate.at.profile)) return sizes;
    SizingQuestion favourable{candidate.at, capacity, spread};
    favourable.at.profile = pinned(candidate.at.profile, RangeEnd::optimistic);
    const double most = std::max(capacity.load.low, capacity.load.high);
    favourable.capacity->load = {most, capacity.load.half_width, most, most};
    const Sized sized = size(favourable, simulator_);
    if (!sized.refused.empty()) return sizes;
    sizes.push_back(sized);
    add_those_around(sized, most);
    return sizes;
  }

  // The same work on another number of containers.
  static std::optional<Sized> with(Sized sized, Count replicas, const Spreading& spread) {
    const std::optional<Spread> spread_out = replicas > 0 ? spread(replicas, sized.use) : std::nullopt;
    if (!spread_out) return std::nullopt;
    const double more_for_each = static_cast<double>(sized.replicas) / static_cast<double>(replicas);
    sized.use.cpu.value *= more_for_each;
    for (Observation& one : sized.seen) one[static_cast<std::size_t>(Metric::busy_time)] *= more_for_each;
    sized.replicas = replicas;
    sized.spread = *spread_out;
    return sized;
  }

  static Consumption consumption_of(const Sized& sized) {
    const auto mean = [&](Metric metric) {
      double sum = 0.0;
      for (const Observation& one : sized.seen) sum += one[static_cast<std::size_t>(metric)];
      return sum / static_cast<double>(sized.seen.size());
    };
    Consumption use;
    use.replicas = sized.replicas;
    use.completed_per_s = mean(Metric::throughput) * sized.of_service;
    use.cpu_used = mean(Metric::cpu_used) * sized.of_service;
    use.busy = std::clamp(mean(Metric::busy_time), 0.0, 1.0);
    if (sized.fullest.service.load.tasks) use.makespan = Duration{mean(Metric::makespan)};
    return use;
  }

  std::optional<Spread> spread_over(const Allocatable& left, Count replicas, const PodUse& use) const {
    const double memory = std::max(use.memory_request ? use.memory_request->value : 0.0,
                                   use.memory.value > 0.0 ? use.memory.value + cost_.pod_overhead.memory.value : 0.0);
    const double cpu = use.cpu_request ? use.cpu_request->value + cost_.pod_overhead.cpu.value : 0.0;
    const std::vector<PodRequest> pods(static_cast<std::size_t>(replicas), PodRequest{{cpu}, {memory}});
    const auto placement = place(pods, left, cost_.placement);
    if (!placement) return std::nullopt;
    const std::vector<std::size_t> counts = placement->pods_on_nodes();
    return Spread{static_cast<Count>(placement->nodes), static_cast<Count>(*std::max_element(counts.begin(), counts.end()))};
  }

  // Alike offers are asked once.
  std::optional<Capacity> capacity_of(const TrialParameters& at, double speed) {
    if (!has_capacity(at.service.load, at.service.slo)) return std::nullopt;
    const Resources& limits = at.container.limits;
    const Asked asked{at.node.cores, speed, limits.cpu ? limits.cpu->value : 0.0,
                      limits.memory ? limits.memory->value : 0.0, !at.node.neighbours.empty() || at.container.cpuset, {}};
    for (const Asked& before : asked_) {
      if (before.same_as(asked)) return before.capacity;
    }
    TrialParameters one = at;
    one.replicas = 1;
    asked_.push_back(asked);
    asked_.back().capacity = simulator_.capacity(one);
    return asked_.back().capacity;
  }

  // Requests/s on a full node: neighbours that compete for its cores are not just added up. A second search, so only
  // where whole nodes are paid.
  void fill_node(Candidate& candidate) const {
    Density& filled = *candidate.density;
    if (!candidate.capacity || !candidate.capacity->any) return;
    filled.load_of_one = candidate.capacity->load.mean;
    if (filled.containers < 1 || cost_.by == BillBy::share) return;
    if (filled.containers == 1) {
      filled.load_of_node = candidate.capacity->load.mean;
      filled.load_of_node_half_width = candidate.capacity->load.half_width;
      return;
    }
    TrialParameters full = candidate.at;
    full.replicas = filled.containers;
    const Capacity capacity = simulator_.capacity(full);
    if (!capacity.any) return;
    filled.load_of_node = capacity.load.mean;
    filled.load_of_node_half_width = capacity.load.half_width;
  }

  struct Asked {
    Count cores;
    double speed;
    double cpu;
    double memory;
    bool beside_others;    // on cores that neighbours use too, or that are set aside for it
    Capacity capacity;
    bool same_as(const Asked& other) const {
      return cores == other.cores && speed == other.speed && cpu == other.cpu && memory == other.memory &&
             beside_others == other.beside_others;
    }
  };

  const TrialParameters& at_;
  const CostBlock& cost_;
  const Simulator& simulator_;
  std::vector<Candidate> candidates_;
  std::vector<Asked> asked_;
};

// All containers on the one node of the scenario.
Priced without_money(const TrialParameters& at, const Simulator& simulator) {
  Priced priced;
  if (has_capacity(at.service.load, at.service.slo)) {
    TrialParameters one = at;
    one.replicas = 1;
    priced.capacity = simulator.capacity(one);
  }
  const Sized sized = size({at, priced.capacity, [](Count replicas, const PodUse&) { return std::optional(Spread{1, replicas}); }},
                           simulator);
  priced.at = sized.refused.empty() ? sized.fullest : at;
  if (!sized.refused.empty()) priced.at.replicas = std::max<Count>(1, at.replicas);
  priced.service = at;
  priced.seen = sized.seen;
  priced.replicas = priced.at.replicas;
  if (!sized.refused.empty()) priced.warnings.push_back("no number of replicas was found: " + sized.refused);
  if (!sized.holds) {
    priced.warnings.push_back(fmt::format("{} replicas on one node do not keep the promises", sized.replicas));
  }
  return priced;
}

}  // namespace

Priced price(const TrialParameters& at, const CostBlock& cost, const Simulator& simulator) {
  return cost.is_given() ? Pricing(at, cost, simulator).all() : without_money(at, simulator);
}

}  // namespace models
