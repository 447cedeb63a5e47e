// SPDX-License-Identifier: MIT
#include "models/calibration/draft.hpp"

#include <algorithm>
#include <cmath>

namespace models {
namespace {

template <class T>
Measured<T> measured(T value) { return {value, value, value, Basis::measured, {}}; }

Kernel kernel_of(const KernelDraft& draft, bool lock, double warming) {
  Kernel kernel;
  kernel.name = draft.name;
  kernel.cold_factor = measured(draft.cold_cost / warming);
  const auto computing = [&](PhaseKind kind, double seconds, double releases) {
    if (seconds <= 0.0) return;
    Phase phase;
    phase.kind = kind;
    phase.time.mean = measured(Duration{seconds});
    phase.time.shape = Shape::lognormal;
    phase.time.scv = draft.scv;
    phase.releases = measured(releases);
    kernel.phases.push_back(phase);
  };
  const double native = draft.demand * draft.native_share;
  const double interpreted = draft.demand - native;
  const PhaseKind kind = lock ? PhaseKind::lock : PhaseKind::cpu;
  const double releases = lock ? draft.releases : 0.0;
  if (draft.wait > 0.0 || native > 0.0) {
    computing(kind, interpreted / 2.0, releases / 2.0);
    computing(PhaseKind::cpu, native, 0.0);
    if (draft.wait > 0.0) {
      Phase phase;
      phase.kind = PhaseKind::wait;
      phase.time.mean = measured(Duration{draft.wait});
      phase.awaitable = draft.awaitable;
      phase.timer_resolution = measured(Duration{draft.timer_resolution});
      kernel.phases.push_back(phase);
    }
    computing(kind, interpreted / 2.0, releases / 2.0);
  } else {
    computing(kind, interpreted, releases);
  }
  return kernel;
}

}  // namespace

double warming_of(const Draft& draft) {
  constexpr double highest_factor = 100.0;
  double warming = draft.warming;
  for (const KernelDraft& kernel : draft.kernels) warming = std::max(warming, kernel.cold_cost / highest_factor);
  return warming;
}

Profile profile_of(const Draft& draft) {
  const double warming = warming_of(draft);
  Profile profile;
  profile.basis = Basis::measured;
  profile.host.cores = draft.cores;
  if (draft.slow_down != 0.0) {
    for (Count k = 1; k <= draft.cores; ++k) {
      const double busy = static_cast<double>(k);
      const double others = draft.cores > 1 ? (busy - 1.0) / static_cast<double>(draft.cores - 1) : 0.0;
      profile.host.scaling.push_back(busy * (1.0 - draft.slow_down * others));
    }
  }
  profile.lock.present = draft.lock;
  profile.lock.handover_cpu = measured(Duration{draft.handover_cpu});
  profile.lock.handover_lock = measured(Duration{draft.handover_lock});
  profile.threads.contention = measured(draft.contention);
  profile.threads.coherency = measured(draft.coherency);
  profile.caches.cooling = measured(Duration{draft.cooling});
  profile.caches.warming = measured(Duration{warming});
  profile.threads.starvation = measured(Fraction{draft.starvation});
  profile.threads.starvation_delay = measured(Duration{draft.starvation_delay});
  profile.accept.poller_cpu = measured(Duration{draft.poller_cpu});
  profile.accept.handoff_cpu = measured(Duration{draft.handoff_cpu});
  profile.accept.connection_cpu = measured(Duration{draft.connection_cpu});
  profile.accept.primary_cpu = measured(Duration{draft.primary_cpu});
  profile.accept.wakeup_cpu = measured(Duration{draft.wakeup_cpu});
  profile.accept.stickiness = measured(Fraction{draft.stickiness});
  for (const KernelDraft& kernel : draft.kernels) profile.kernels.push_back(kernel_of(kernel, draft.lock, warming));
  return profile;
}

double Knob::value(double x) const {
  if (logarithmic) return start * std::exp(x);
  constexpr double rounding = 1e-12;  // all that is left where both cancel
  const double sum = start + unit * x;
  return std::abs(sum) <= rounding * std::abs(start) ? 0.0 : sum;
}

Draft turned(Draft draft, const std::vector<Knob>& knobs, const Eigen::VectorXd& x) {
  for (std::size_t j = 0; j < knobs.size(); ++j) {
    knobs[j].number(draft) = knobs[j].value(x[static_cast<Eigen::Index>(j)]);
  }
  return draft;
}

}  // namespace models
