// SPDX-License-Identifier: MIT
#include "models/profile/carrying.hpp"

#include <algorithm>
#include <utility>

#include "models/workload/sampler.hpp"

namespace models {
namespace {

class Carrier {
 public:
  Carrier(double ratio, std::string source) : ratio_(ratio), source_(std::move(source)) {}

  void scale(Measured<Duration>& time) const {
    if (time.high == Duration{}) return;  // nothing times anything: a cost that is left out stays left out
    time.value = time.value * ratio_;
    time.low = time.low * ratio_;
    time.high = time.high * ratio_;
    mark(time);
  }

  void scale(Distribution& time) const {
    if (time.shape != Shape::quantiles) {
      scale(time.mean);
      return;
    }
    for (QuantilePoint& point : time.quantiles) point.value = point.value * ratio_;
    // The mean is not used with quantiles, but it is what carries their basis.
    time.mean.value = time.mean.low = time.mean.high = Sampler(time).mean();
    time.mean.basis = Basis::measured;
    mark(time.mean);
  }

 private:
  void mark(Measured<Duration>& time) const {
    time.basis = std::max(time.basis, Basis::derived);
    time.source += (time.source.empty() ? "" : "; ") + source_;
  }

  double ratio_;
  std::string source_;
};

}  // namespace

bool at_home(const Profile& profile, const HostProfile& host) {
  return !profile.host.name.empty() && profile.host.name == host.name;
}

void carry(Profile& profile, const HostProfile& host) {
  if (at_home(profile, host) || !profile.host.speed) return;
  const std::string from = profile.host.name.empty() ? "another host" : profile.host.name;
  const Carrier carrier(profile.host.speed->value / host.speed.value.value, "carried from " + from + " to " + host.name);
  for (Kernel& kernel : profile.kernels) {
    for (Phase& phase : kernel.phases) {
      if (phase.kind != PhaseKind::wait) carrier.scale(phase.time);
    }
  }
  for (Measured<Duration>* time :
       {&profile.lock.handover_cpu, &profile.lock.handover_lock, &profile.accept.poller_cpu,
        &profile.accept.handoff_cpu, &profile.accept.connection_cpu, &profile.accept.primary_cpu,
        &profile.accept.wakeup_cpu, &profile.caches.warming, &profile.spawn.cpu, &profile.loop_cpu,
        &profile.interpreter_call, &profile.load_generator.cpu, &profile.load_generator.connect_cpu,
        &profile.load_generator.open_cpu}) {
    carrier.scale(*time);
  }
}

}  // namespace models
