// SPDX-License-Identifier: MIT
#include "models/fleet/fluid_fleet.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace models {
namespace {

constexpr Duration step{1.0};
constexpr Duration minute{60.0};

struct Replica {
  TimePoint created_at;
  TimePoint runs_at;                    // its container does, and spawns its workers
  TimePoint ready_at;
  double waiting = 0.0;                 // requests in its queue
  double cores_in_window = 0.0;         // core-seconds since the last sample
  std::optional<double> use;            // last sample, as a share of the request
  TimePoint sampled_at{};
};

// What happened to the requests of a stretch of time.
struct Tally {
  double arrived = 0.0;
  double completed = 0.0;
  double lost = 0.0;
  double latency_sum = 0.0;
  std::array<double, 3> above{};

  void add(const Tally& other) {
    arrived += other.arrived;
    completed += other.completed;
    lost += other.lost;
    latency_sum += other.latency_sum;
    for (std::size_t i = 0; i < above.size(); ++i) above[i] += other.above[i];
  }
};

// Losses without a promise about errors, as capacity at an SLO has it: beyond this share no promise is kept.
constexpr double most_lost = 0.01;

bool breaks_a_promise(const Tally& tally, const Slo& slo) {
  const double ended = tally.completed + tally.lost;
  const double may_be_lost = slo.errors ? slo.errors->value : most_lost;
  if (ended > 0.0 && tally.lost > may_be_lost * ended) return true;
  if (tally.completed <= 0.0) return tally.arrived > 0.0 && (slo.mean || slo.p50 || slo.p95 || slo.p99);
  if (slo.mean && tally.latency_sum > slo.mean->seconds * tally.completed) return true;
  const auto promises = promised_latencies(slo);
  for (std::size_t i = 0; i < promises.size(); ++i) {
    if (promises[i] && tally.above[i] > (1.0 - promised_quantiles[i]) * tally.completed) return true;
  }
  return false;
}

// The latency that makes a request late: of the promise for most requests.
std::optional<std::size_t> strictest(const Slo& slo) {
  const auto promises = promised_latencies(slo);
  for (std::size_t i = promises.size(); i > 0; --i) {
    if (promises[i - 1]) return i - 1;
  }
  return std::nullopt;
}

class Fleet {
 public:
  Fleet(const DayLoad& load, const ReplicaCurve& curve, const FleetSettings& settings)
      : load_(load),
        curve_(curve),
        settings_(settings),
        promises_(promised_latencies(settings.slo)),
        late_promise_(strictest(settings.slo)),
        autoscaler_(settings.autoscale) {
    grow(first_replicas());
    for (Replica& replica : replicas_) replica.created_at = replica.runs_at = replica.ready_at = TimePoint{-1e9};
  }

  // Steps through the day that begins at the clock's time.
  void pass_day(FleetDay& day) {
    day = {};
    const TimePoint midnight = clock_;
    day.waiting_before = waiting();
    day.fewest_replicas = day.most_replicas = count();
    Tally in_minute;
    const auto steps = static_cast<std::int64_t>(load_.length() / step);
    for (std::int64_t i = 0; i < steps; ++i) {
      clock_ = midnight + static_cast<double>(i) * step;
      decide_and_sample(day);
      const double rate = load_.rate(static_cast<double>(i) * step + 0.5 * step);
      const Tally now = pass_step(rate * step.seconds, day);
      in_minute.add(now);
      account(now, i, steps, day);
      const bool minute_over = (i + 1) % static_cast<std::int64_t>(minute / step) == 0;
      if (!minute_over && i + 1 < steps) continue;
      judge(in_minute, i, steps, day);
      in_minute = {};
    }
    clock_ = midnight + load_.length();
    day.waiting_after = waiting();
  }

 private:
  Count count() const { return static_cast<Count>(replicas_.size()); }

  double waiting() const {
    double sum = 0.0;
    for (const Replica& replica : replicas_) sum += replica.waiting;
    for (const Replica& replica : leaving_) sum += replica.waiting;
    return sum;
  }

  // As many as keep the first load at the target.
  Count first_replicas() const {
    const Autoscale& autoscale = settings_.autoscale;
    const double rate = load_.rate(Duration{});
    Count replicas = autoscale.min;
    const auto use = [&](Count n) { return curve_.at(rate / static_cast<double>(n)).cores / settings_.requested_cores; };
    while (replicas < autoscale.max.value_or(replicas) && use(replicas) > autoscale.target_cpu.value) ++replicas;
    return replicas;
  }

  void grow(Count replicas) {
    const Duration probe = settings_.autoscale.probe;
    const Duration until_probe = std::ceil(settings_.start_up.time / probe - 1e-9) * probe;
    Replica replica;
    replica.created_at = clock_;
    replica.runs_at = clock_ + settings_.autoscale.image_start;
    replica.ready_at = replica.runs_at + until_probe;
    replicas_.insert(replicas_.end(), static_cast<std::size_t>(replicas), replica);
  }

  void shrink(Count replicas) {
    for (Count i = 0; i < replicas; ++i) {
      if (replicas_.back().waiting > 0.0) leaving_.push_back(replicas_.back());
      replicas_.pop_back();
    }
  }

  bool is_time(Duration period) const {
    return std::fmod(clock_.seconds, period.seconds) < step.seconds;
  }

  void decide_and_sample(FleetDay& day) {
    if (is_time(settings_.autoscale.sync)) decide(day);
    if (is_time(settings_.autoscale.metrics)) sample();
  }

  void decide(FleetDay& day) {
    FleetUse fleet;
    for (const Replica& replica : replicas_) {
      if (counts(replica)) {
        ++fleet.counted;
        fleet.use += *replica.use;
      } else if (replica.runs_at <= clock_ && !replica.use) {
        ++fleet.missing;
      } else {
        ++fleet.starting;
      }
    }
    if (fleet.counted > 0) fleet.use /= static_cast<double>(fleet.counted);
    const Count wanted = autoscaler_.decide(clock_, fleet);
    if (wanted > count()) {
      grow(wanted - count());
      ++day.grown;
    } else if (wanted < count()) {
      shrink(count() - wanted);
      ++day.shrunk;
    }
    day.most_replicas = std::max(day.most_replicas, count());
    day.fewest_replicas = std::min(day.fewest_replicas, count());
  }

  bool counts(const Replica& replica) const {
    if (!replica.use || replica.ready_at > clock_) return false;
    const bool is_young = clock_ < replica.created_at + settings_.autoscale.cpu_initialization;
    return !is_young || replica.sampled_at >= replica.ready_at + settings_.autoscale.metrics;
  }

  void sample() {
    const Duration window = settings_.autoscale.metrics;
    for (Replica& replica : replicas_) {
      if (replica.runs_at <= clock_ - window) {
        replica.use = replica.cores_in_window / (window.seconds * settings_.requested_cores);
        replica.sampled_at = clock_;
      }
      replica.cores_in_window = 0.0;
    }
  }

  void spawn(FleetDay& day) {
    for (Replica& replica : replicas_) {
      const TimePoint from = std::max(clock_, replica.runs_at);
      const TimePoint to = std::min(clock_ + step, replica.runs_at + settings_.start_up.time);
      if (from < to) use(replica, settings_.start_up.cores * (to - from).seconds, day);
    }
  }

  // Requests that each ready replica gets of `arrivals`. Where the balancer looks at queues, the shorter ones are
  // filled up first.
  void share_out(double arrivals) {
    ready_.clear();
    for (Replica& replica : replicas_) {
      if (replica.ready_at <= clock_) ready_.push_back(&replica);
    }
    // Never empty: the oldest was ready from the beginning and leaves last.
    shares_.assign(ready_.size(), arrivals / static_cast<double>(ready_.size()));
    const bool queues = std::ranges::any_of(ready_, [](const Replica* one) { return one->waiting > 0.0; });
    if (settings_.balancer != Balancer::least_request || !queues) return;
    std::ranges::stable_sort(ready_, [](const Replica* a, const Replica* b) { return a->waiting < b->waiting; });
    // The level to which the shortest queues rise if they get everything.
    double level = 0.0;
    double below = 0.0;
    for (std::size_t k = 0; k < ready_.size(); ++k) {
      below += ready_[k]->waiting;
      level = (arrivals + below) / static_cast<double>(k + 1);
      if (k + 1 == ready_.size() || level <= ready_[k + 1]->waiting) break;
    }
    for (std::size_t k = 0; k < ready_.size(); ++k) shares_[k] = std::max(0.0, level - ready_[k]->waiting);
  }

  Tally pass_step(double arrivals, FleetDay& day) {
    spawn(day);
    share_out(arrivals);
    Tally now;
    now.arrived = arrivals;
    std::optional<std::pair<double, ReplicaState>> known;  // most replicas have the same load
    for (std::size_t k = 0; k < ready_.size(); ++k) {
      const double load = shares_[k] / step.seconds;
      if (ready_[k]->waiting <= 0.0 && load <= curve_.capacity()) {
        if (!known || known->first != load) known.emplace(load, curve_.at(load));
        pass_steady(*ready_[k], shares_[k], known->second, now, day);
      } else {
        pass_queued(*ready_[k], shares_[k], now, day);
      }
    }
    for (Replica& replica : leaving_) pass_queued(replica, 0.0, now, day);
    std::erase_if(leaving_, [](const Replica& replica) { return replica.waiting <= 0.0; });
    return now;
  }

  void pass_steady(Replica& replica, double arrivals, const ReplicaState& state, Tally& now, FleetDay& day) {
    const double completed = arrivals * (1.0 - state.lost);
    now.completed += completed;
    now.lost += arrivals - completed;
    now.latency_sum += completed * state.latency;
    for (std::size_t i = 0; i < state.above.size(); ++i) now.above[i] += completed * state.above[i];
    use(replica, state.cores * step.seconds, day);
  }

  void pass_queued(Replica& replica, double arrivals, Tally& now, FleetDay& day) {
    const double can_serve = curve_.capacity() * step.seconds;
    const ReplicaState full = curve_.at(curve_.capacity());
    const double before = replica.waiting;
    const double served = std::min(before + arrivals, can_serve);
    double after = before + arrivals - served;
    // Whoever would wait longer than the client's patience, or finds the backlog full, is lost.
    const double room = std::min(settings_.backlog, settings_.timeout.seconds * curve_.capacity());
    const double refused = std::max(0.0, after - room);
    after -= refused;
    replica.waiting = after;
    const double wait = 0.5 * (before + after) / curve_.capacity();
    now.completed += served;
    now.lost += refused;
    now.latency_sum += served * (full.latency + wait);
    for (std::size_t i = 0; i < full.above.size(); ++i) {
      const bool all = promises_[i] && wait > promises_[i]->seconds;
      now.above[i] += served * (all ? 1.0 : full.above[i]);
    }
    use(replica, curve_.busy_cores() * step.seconds * served / can_serve, day);
  }

  static void use(Replica& replica, double core_seconds, FleetDay& day) {
    replica.cores_in_window += core_seconds;
    day.core_seconds += core_seconds;
  }

  static FleetDay::Part& part_of(std::int64_t index, std::int64_t steps, FleetDay& day) {
    return day.parts[static_cast<std::size_t>(index * static_cast<std::int64_t>(day.parts.size()) / steps)];
  }

  void account(const Tally& now, std::int64_t index, std::int64_t steps, FleetDay& day) {
    const double late = late_promise_ ? now.above[*late_promise_] : 0.0;
    const double replica_seconds = static_cast<double>(replicas_.size() + leaving_.size()) * step.seconds;
    day.arrived += now.arrived;
    day.completed += now.completed;
    day.lost += now.lost;
    day.late += late;
    day.replica_seconds += replica_seconds;
    FleetDay::Part& part = part_of(index, steps, day);
    part.arrived += now.arrived;
    part.replica_seconds += replica_seconds;
    part.out += now.lost + late;
    part.waiting = waiting();
  }

  void judge(const Tally& in_minute, std::int64_t index, std::int64_t steps, FleetDay& day) const {
    day.minutes += 1.0;
    if (!breaks_a_promise(in_minute, settings_.slo)) return;
    day.missed_minutes += 1.0;
    part_of(index, steps, day).missed_minutes += 1.0;
  }

  const DayLoad& load_;
  const ReplicaCurve& curve_;
  const FleetSettings& settings_;
  std::array<std::optional<Duration>, 3> promises_;
  std::optional<std::size_t> late_promise_;
  Autoscaler autoscaler_;
  TimePoint clock_{};
  std::vector<Replica> replicas_;     // oldest first
  std::vector<Replica> leaving_;      // removed, with requests left
  std::vector<Replica*> ready_;       // of the step
  std::vector<double> shares_;        // requests for each of them
};

}  // namespace

FleetDay simulate_day(const DayLoad& load, const ReplicaCurve& curve, const FleetSettings& settings) {
  Fleet fleet(load, curve, settings);
  FleetDay day;
  // A day that repeats begins as the one before it has ended.
  if (load.repeats()) fleet.pass_day(day);
  fleet.pass_day(day);
  return day;
}

}  // namespace models
