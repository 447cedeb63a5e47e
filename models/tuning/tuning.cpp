// SPDX-License-Identifier: MIT
#include "models/tuning/tuning.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include "models/capacity/demand.hpp"
#include "models/capacity/load_axis.hpp"
#include "models/capacity/promises.hpp"
#include "models/capacity/replications.hpp"
#include "models/capacity/thresholds.hpp"
#include "models/profile/range_end.hpp"
#include "models/runtime/registry.hpp"
#include "models/tuning/by_cost.hpp"
#include "sim/experiment/halving.hpp"

namespace models {
namespace {

constexpr std::size_t first_look = 2;       // replications of every candidate at the scenario's load
constexpr std::size_t closer_look = 8;      // of those that matter
constexpr std::size_t finalists = 4;
constexpr std::size_t window_requests = 5'000;
constexpr double out_of_the_race = 0.7;     // of the best bound: less than this cannot win

class Tuner {
 public:
  Tuner(const TuneQuestion& question, const RunOptions& options) : question_(question), options_(options) {
    tuning_.goal = question.goal;
    TrialParameters base = question.goal == Goal::cost ? of_one_of_several(question) : of_one_container(question.at);
    base.profile = pinned(std::move(base.profile), RangeEnd::pessimistic);
    for (const Count processes : question.processes) {
      for (const Count threads : question.threads) {
        Candidate& candidate = tuning_.candidates.emplace_back();
        candidate.processes = processes;
        candidate.threads = threads;
        TrialParameters& at = parameters_.emplace_back(base);
        at.deployment.processes = processes;
        at.deployment.threads = threads;
      }
    }
    seen_.resize(parameters_.size());
  }

  Tuning tune() {
    std::vector<std::size_t> all(parameters_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    look_at(all, first_look);
    if (question_.goal == Goal::cost) return by_cost();
    const bool by_capacity = question_.goal == Goal::capacity && has_capacity(question_.at.service.load, question_.slo);
    const std::vector<std::size_t> last = by_capacity ? last_by_capacity() : last_by_score();
    look_at(last, closer_look);
    mark_front();
    look_at(front(), closer_look);
    mark_front();
    if (by_capacity) {
      choose_by_capacity(last);
    } else {
      choose_by_score(last);
    }
    return std::move(tuning_);
  }

 private:
  Tuning by_cost() {
    std::vector<std::size_t> priced = last_by_capacity();
    std::vector<std::size_t> others = fastest();
    if (const auto written = as_written()) others.push_back(*written);
    for (const std::size_t i : others) {
      if (std::ranges::find(priced, i) == priced.end()) priced.push_back(i);
    }
    for (const std::size_t i : priced) put_price_on(i);
    mark_cheap_and_fast(tuning_.candidates);
    tuning_.best = cheapest(tuning_.candidates, priced);
    const bool has_price =
        std::ranges::any_of(tuning_.candidates, [](const Candidate& one) { return one.price.has_value(); });
    if (!tuning_.best) tuning_.reason = has_price || refused_.empty() ? "the promises" : refused_;
    return std::move(tuning_);
  }

  std::optional<std::size_t> as_written() const {
    const Deployment& written = question_.at.deployment;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const Candidate& one = tuning_.candidates[i];
      if (one.processes == written.processes && one.threads == written.threads) return i;
    }
    return std::nullopt;
  }

  // Of those that keep the promises at their part of the load.
  std::vector<std::size_t> fastest() const {
    std::vector<std::size_t> able;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      if (tuning_.candidates[i].meets) able.push_back(i);
    }
    std::ranges::stable_sort(able, {}, [&](std::size_t i) { return p99_of(i).mean; });
    able.resize(std::min(able.size(), finalists));
    return able;
  }

  const Estimate& p99_of(std::size_t i) const { return tuning_.candidates[i][Metric::latency_p99]; }

  void put_price_on(std::size_t i) {
    TrialParameters service = question_.at;
    service.profile = parameters_[i].profile;
    service.deployment = parameters_[i].deployment;
    std::size_t spent = 0;
    const Priced priced = price_roughly(service, question_, options_, spent);
    report(spent);
    Candidate& candidate = tuning_.candidates[i];
    const Quote* quote = priced.bill ? priced.bill->best() : nullptr;
    candidate.meets = quote && quote->holds;
    if (!quote) {
      if (refused_.empty() && priced.bill) refused_ = priced.bill->quotes.front().refused;
      return;
    }
    candidate.price = *quote;
    candidate.estimates = estimates_of(priced.seen);
    candidate.replications = priced.seen.size();
    candidate.oom_share = oom_share_of(priced.seen);
  }

  static double oom_share_of(std::span<const Observation> seen) {
    const auto killed = std::ranges::count_if(seen, [](const Observation& one) {
      return one[static_cast<std::size_t>(Metric::oom_kills)] > 0.0;
    });
    return seen.empty() ? 0.0 : static_cast<double>(killed) / static_cast<double>(seen.size());
  }

  void report(std::size_t more) {
    tuning_.replications += more;
    if (!options_.on_progress) return;
    const auto spent = static_cast<std::size_t>(tuning_.replications);
    const std::size_t usual = parameters_.size() * 20 + 400;
    options_.on_progress({spent, std::max(spent, usual), question_.at.deployment.name + ", workers"});
  }

  // At the scenario's load, up to that many replications of each.
  void look_at(std::span<const std::size_t> which, std::size_t replications) {
    std::vector<Replication> wanted;
    std::vector<std::size_t> whose;
    for (const std::size_t i : which) {
      const Window window = window_of(parameters_[i], window_requests);
      for (std::size_t k = seen_[i].size(); k < replications; ++k) {
        wanted.push_back({&parameters_[i], window, k});
        whose.push_back(i);
      }
    }
    if (wanted.empty()) return;
    const std::vector<Observation> observations = replicate(wanted, options_);
    for (std::size_t j = 0; j < observations.size(); ++j) seen_[whose[j]].push_back(observations[j]);
    for (const std::size_t i : which) {
      Candidate& candidate = tuning_.candidates[i];
      candidate.estimates = estimates_of(seen_[i]);
      candidate.replications = seen_[i].size();
      candidate.oom_share = oom_share_of(seen_[i]);
      candidate.meets = std::ranges::all_of(seen_[i], [&](const Observation& one) { return meets(one, question_.slo); });
    }
    report(wanted.size());
  }

  // Candidates that the memory limit or plain arithmetic rule out are not raced.
  std::vector<std::size_t> racers() const {
    double best = 0.0;
    for (const TrialParameters& at : parameters_) best = std::max(best, highest_rate(at));
    std::vector<std::size_t> racers;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      const bool fits = !(tuning_.candidates[i][Metric::oom_kills].mean > 0.0);
      if (fits && !(highest_rate(parameters_[i]) < out_of_the_race * best)) racers.push_back(i);
    }
    if (!racers.empty()) return racers;
    for (std::size_t i = 0; i < parameters_.size(); ++i) racers.push_back(i);
    return racers;
  }

  std::vector<std::size_t> last_by_capacity() {
    const std::vector<std::size_t> racing = racers();
    std::vector<double> guesses(racing.size(), 0.0);
    const sim::Scores scores = [&](std::span<const std::size_t> alternatives, std::size_t from, std::size_t to) {
      std::vector<Threshold> wanted;
      for (const std::size_t i : alternatives) {
        for (std::size_t k = from; k < to; ++k) wanted.push_back({&parameters_[racing[i]], k, guesses[i]});
      }
      const Thresholds found = thresholds(wanted, question_.slo, {}, options_);
      report(static_cast<std::size_t>(found.replications));
      std::vector<std::vector<double>> rows;
      auto load = found.loads.begin();
      for (const std::size_t i : alternatives) {
        std::vector<double>& row = rows.emplace_back(load, load + static_cast<std::ptrdiff_t>(to - from));
        load += static_cast<std::ptrdiff_t>(to - from);
        guesses[i] = row.back();
      }
      return rows;
    };
    std::vector<std::size_t> last;
    for (const std::size_t i : sim::halve(racing.size(), {1, finalists}, scores)) last.push_back(racing[i]);
    return last;
  }

  // More is better: what keeps the promises comes before what does not.
  double score(const Observation& observation) const {
    constexpr double behind_all = 1e9;
    const auto value = [&](Metric metric) { return observation[static_cast<std::size_t>(metric)]; };
    double score = question_.goal == Goal::latency ? -value(gravest()) : value(Metric::throughput);
    if (std::isnan(score)) score = -behind_all;
    return meets(observation, question_.slo) ? score : score - behind_all;
  }

  Metric gravest() const {
    for (const Promise& promise : promises(question_.slo)) {
      if (promise.is_latency()) return promise.metric;
    }
    return Metric::latency_p99;
  }

  std::vector<std::size_t> last_by_score() {
    const sim::Scores scores = [&](std::span<const std::size_t> alternatives, std::size_t from, std::size_t to) {
      look_at(alternatives, to);
      std::vector<std::vector<double>> rows;
      for (const std::size_t i : alternatives) {
        std::vector<double>& row = rows.emplace_back();
        for (std::size_t k = from; k < to; ++k) row.push_back(score(seen_[i][k]));
      }
      return rows;
    };
    return sim::halve(parameters_.size(), {first_look, finalists}, scores);
  }

  // Less memory without a higher p99, among those that meet the promises.
  void mark_front() {
    std::vector<Candidate>& all = tuning_.candidates;
    for (Candidate& one : all) {
      const auto beats = [&](const Candidate& other) {
        const double memory = other[Metric::memory_mean].mean - one[Metric::memory_mean].mean;
        const double latency = other[Metric::latency_p99].mean - one[Metric::latency_p99].mean;
        return other.meets && memory <= 0.0 && latency <= 0.0 && (memory < 0.0 || latency < 0.0);
      };
      one.on_front = one.meets && std::ranges::none_of(all, beats);
    }
  }

  std::vector<std::size_t> front() const {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < tuning_.candidates.size(); ++i) {
      if (tuning_.candidates[i].on_front) members.push_back(i);
    }
    return members;
  }

  // Of those that are as good as the best: the least memory, then the fewest processes, then threads.
  template <class Value>
  void choose(const std::vector<std::size_t>& among, Value value) {
    const auto best = std::ranges::max_element(among, {}, [&](std::size_t i) { return value(i).mean; });
    if (best == among.end()) return;
    const Estimate leader = value(*best);
    for (const std::size_t i : among) {
      const Estimate its = value(i);
      if (its.mean + its.half_width < leader.mean - leader.half_width) continue;
      if (!tuning_.best || preferred(i, *tuning_.best)) tuning_.best = i;
    }
  }

  bool preferred(std::size_t one, std::size_t other) const {
    const Candidate& a = tuning_.candidates[one];
    const Candidate& b = tuning_.candidates[other];
    const double memory_a = a[Metric::memory_mean].mean;
    const double memory_b = b[Metric::memory_mean].mean;
    if (memory_a != memory_b) return memory_a < memory_b;
    if (a.processes != b.processes) return a.processes < b.processes;
    return a.threads < b.threads;
  }

  void choose_by_capacity(const std::vector<std::size_t>& last) {
    std::vector<std::size_t> able;
    for (const std::size_t i : last) {
      CapacityQuestion question;
      question.at = parameters_[i];
      question.slo = question_.slo;
      question.find_next = false;
      RunOptions quiet = options_;
      quiet.on_progress = {};
      Candidate& candidate = tuning_.candidates[i];
      candidate.capacity = find_capacity(question, quiet);
      report(static_cast<std::size_t>(candidate.capacity->replications));
      if (candidate.capacity->any) able.push_back(i);
    }
    choose(able, [&](std::size_t i) { return tuning_.candidates[i].capacity->load; });
    if (!tuning_.best && !last.empty()) tuning_.reason = tuning_.candidates[last.front()].capacity->reason;
  }

  void choose_by_score(const std::vector<std::size_t>& last) {
    std::vector<std::size_t> able;
    for (const std::size_t i : last) {
      if (tuning_.candidates[i].meets) able.push_back(i);
    }
    const bool by_latency = question_.goal == Goal::latency;
    choose(able, [&](std::size_t i) {
      Estimate estimate = tuning_.candidates[i][by_latency ? gravest() : Metric::throughput];
      if (by_latency) estimate.mean = -estimate.mean;
      return estimate;
    });
    if (tuning_.best || last.empty()) return;
    for (const Observation& observation : seen_[last.front()]) {
      if (tuning_.reason.empty()) tuning_.reason = broken_promise(observation, question_.slo);
    }
  }

  const TuneQuestion& question_;
  const RunOptions& options_;
  std::vector<TrialParameters> parameters_;         // one a candidate
  std::vector<std::vector<Observation>> seen_;      // by candidate and replication
  std::string refused_;                             // why the first that got no price has none
  Tuning tuning_;
};

}  // namespace

bool has_threads(const Deployment& deployment, const Profile& profile) {
  const std::string_view runtime = runtime_of(deployment, profile).name;
  return runtime == gil_threads_runtime.name || runtime == free_threads_runtime.name || runtime == subinterpreters_runtime.name;
}

std::vector<Count> usual_counts(Count low, Count high) {
  std::vector<Count> counts;
  for (Count power = 1; power / 2 <= high; power *= 2) {
    for (const Count count : {power - 1, power, power + 1}) {
      if (count >= low && count <= high && (counts.empty() || count > counts.back())) counts.push_back(count);
    }
  }
  if (!counts.empty() && counts.back() < high) counts.push_back(high);
  if (counts.empty()) counts.push_back(high);
  return counts;
}

void choose_grid(TuneQuestion& question) {
  const TrialParameters& at = question.at;
  const bool threaded = has_threads(at.deployment, at.profile);
  const double cores = at.container.limits.cpu ? std::min(at.container.limits.cpu->value, static_cast<double>(at.node.cores))
                                               : static_cast<double>(at.node.cores);
  const Count usual = threaded ? 2 * static_cast<Count>(std::ceil(cores)) + 1 : 32;
  if (question.processes.empty()) question.processes = usual_counts(1, std::max(usual, at.deployment.processes));
  if (!threaded) question.threads = {1};
  if (question.threads.empty()) question.threads = usual_counts(1, std::max<Count>(32, at.deployment.threads));
}

Tuning tune(const TuneQuestion& question, const RunOptions& options) { return Tuner(question, options).tune(); }

}  // namespace models
