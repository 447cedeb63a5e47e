// SPDX-License-Identifier: MIT
#include "models/calibration/attempt.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "models/calibration/recognition.hpp"
#include "models/calibration/splits.hpp"

namespace models {
namespace {

double squares(const Probe& probe, const Observation& predicted) {
  double sum = 0.0;
  for (const double r : residuals_of(probe, predicted, false)) sum += r * r;
  return sum;
}

// A process without connections uses no CPU to speak of.
bool same_idle_processes(const std::vector<Count>& split, const std::vector<double>& shares) {
  const auto idle = static_cast<std::size_t>(std::count(split.begin(), split.end(), Count{0}));
  const auto seen = static_cast<std::size_t>(
      std::count_if(shares.begin(), shares.end(), [](double share) { return share < 0.02; }));
  return idle == seen;
}

// Each probe whose connections stay gets the split whose simulation is nearest to it.
void find_splits(std::vector<Probe>& probes, const Draft& draft, const Bench& bench) {
  for (Probe& probe : probes) {
    if (!connections_stay(probe, draft.server)) continue;
    const std::vector<double>& shares = probe.repeats.front()->requests_by_process;
    std::vector<Probe> variants;
    for (const std::vector<Count>& split : splits_of(probe.what.connections, probe.what.processes)) {
      if (static_cast<Count>(shares.size()) == probe.what.processes && !same_idle_processes(split, shares)) continue;
      variants.push_back(probe);
      variants.back().split = split;
    }
    if (variants.empty()) continue;
    std::vector<Bench::Task> tasks;
    tasks.reserve(variants.size());
    for (const Probe& variant : variants) tasks.push_back({&draft, &variant});
    const std::vector<Observation> predicted = bench.run(tasks);
    std::size_t best = 0;
    for (std::size_t i = 1; i < variants.size(); ++i) {
      if (squares(variants[i], predicted[i]) < squares(variants[best], predicted[best])) best = i;
    }
    probe.split = variants[best].split;
  }
}

// Free threads that wait far longer than the model without starvation lets them: the excess of the tail starts the fit.
//   p999 - p99 = delay ln 10 for an exponential tail; a share above p99 of 0.01 e^((p99 - p99 without) / delay)
void notice_starvation(Solution& solution, const std::vector<Probe>& probes) {
  Draft& draft = solution.draft;
  if (draft.lock) return;
  for (std::size_t p = 0; p < probes.size(); ++p) {
    const Configuration& what = probes[p].what;
    const Count excess = what.processes == 1 ? what.threads - draft.cores : 0;
    if (excess <= 0 || what.cpu || what.cores < draft.cores || what.rate) continue;
    const double p99 = probes[p].measured(Metric::latency_p99);
    const double p999 = probes[p].measured(Metric::latency_p999);
    const double expected = solution.predictions[p][static_cast<std::size_t>(Metric::latency_p999)];
    if (!(p999 > 1.5 * expected)) continue;
    const double delay = (p999 - p99) / std::log(10.0);
    const double normal = solution.predictions[p][static_cast<std::size_t>(Metric::latency_p99)];
    const double share = 0.01 * std::exp(std::min(1.0, (p99 - normal) / delay)) / static_cast<double>(excess);
    if (share <= draft.starvation) continue;
    draft.starvation = share;
    draft.starvation_delay = delay;
  }
}

// An effect that the probes do not tell from none is left out, so that it bends no other number.
std::vector<Identified> settle(Solution& solution) {
  std::vector<Identified> left_out;
  for (std::size_t j = 0; j < solution.knobs.size(); ++j) {
    const Knob& knob = solution.knobs[j];
    if (!knob.optional) continue;
    const auto k = static_cast<Eigen::Index>(j);
    const double half = 1.96 * solution.minimum.deviation[k];
    const double low = knob.value(solution.minimum.x[k] - half);
    const double high = knob.value(solution.minimum.x[k] + half);
    if (low > 0.0 || high < 0.0) continue;
    knob.number(solution.draft) = 0.0;
    solution.draft.settled.push_back(knob.path);
    left_out.push_back({knob.path, 0.0, std::max(low, knob.value(knob.coordinate.low)), high, Basis::assumed,
                        "no such effect is proven"});
  }
  return left_out;
}

// Of what counts whatever the attempt has found.
double misfit(const Attempt& attempt) {
  double sum = 0.0;
  for (std::size_t p = 0; p < attempt.probes.size(); ++p) {
    const std::vector<double> residuals = residuals_of(attempt.probes[p], attempt.solution.predictions[p], false);
    sum += huber_loss(Eigen::Map<const Eigen::VectorXd>(residuals.data(), static_cast<Eigen::Index>(residuals.size())),
                      LeastSquaresSettings{}.huber);
  }
  return sum;
}

// Waits that an event loop overlaps may be timers, all or none of them. What is cold may be warm after a few microseconds of work, such as a
// loop that was asleep, or after milliseconds, such as a heap: between the two lies a ridge that no descent crosses.
std::vector<Draft> variants(const Draft& first) {
  std::vector<Draft> all = {first};
  const auto any = [&](const auto& has) { return std::any_of(first.kernels.begin(), first.kernels.end(), has); };
  if (any([](const KernelDraft& kernel) { return kernel.cold_cost > 0.0; })) {
    all.push_back(first);
    all.back().cooling = 0.01;
    all.back().warming = 0.004;
  }
  if (any([](const KernelDraft& kernel) { return kernel.awaitable && kernel.wait > 0.0; })) {
    for (std::size_t i = 0, untimed = all.size(); i < untimed; ++i) {
      all.push_back(all[i]);
      for (KernelDraft& kernel : all.back().kernels) {
        if (kernel.awaitable && kernel.wait > 0.0) kernel.timer_resolution = 1e-3;
      }
    }
  }
  return all;
}

Attempt attempt(const Draft& start, std::vector<Probe> probes, const Bench& bench, std::size_t iterations) {
  Attempt made;
  made.probes = ready_probes(probes, start.server);
  LeastSquaresSettings effort;
  effort.iterations = std::min<std::size_t>(6, iterations);
  effort.good_enough = 0.02;
  made.solution = search(start, made.probes, bench, effort);
  notice_starvation(made.solution, made.probes);
  correct_releases(made.solution.draft, made.probes, made.solution.predictions);
  made.left_out = settle(made.solution);
  find_splits(probes, made.solution.draft, bench);
  made.probes = ready_probes(probes, start.server);
  effort = {.iterations = iterations};
  made.solution = search(made.solution.draft, made.probes, bench, effort);
  return made;
}

}  // namespace

Attempt best_attempt(const std::vector<Probe>& probes, const std::string& server, bool lock, const Bench& bench,
                     std::size_t iterations) {
  constexpr double proof = 3.84;  // chi-square of one degree of freedom, 95 %
  std::optional<Attempt> best;
  for (const Draft& start : variants(starting_draft(ready_probes(probes, server), server, lock))) {
    Attempt made = attempt(start, probes, bench, iterations);
    if (!best || misfit(made) < misfit(*best) - proof) best = std::move(made);
  }
  return *best;
}

}  // namespace models
