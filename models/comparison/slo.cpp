// SPDX-License-Identifier: MIT
#include <cmath>

#include "models/capacity/promises.hpp"
#include "models/comparison/judge.hpp"

namespace models {

void check_slo(const Slo& slo, DeploymentResult& result) {
  for (const Promise& promise : promises(slo)) {
    if (result.slo == SloVerdict::none) result.slo = SloVerdict::ok;
    const Estimate& estimate = result[promise.metric];
    SloVerdict verdict = SloVerdict::undecided;
    if (estimate.high + estimate.half_width <= promise.limit) verdict = SloVerdict::ok;
    if (estimate.low - estimate.half_width > promise.limit) verdict = SloVerdict::missed;
    // A saturated queue grows for as long as one looks, and where nobody is answered there is no latency at all: both
    // break every promise.
    if (promise.is_latency() && (result.saturated || std::isnan(estimate.mean))) verdict = SloVerdict::missed;
    if (!promise.is_latency() && std::isnan(estimate.mean)) verdict = SloVerdict::ok;  // nothing to promise about
    const bool worse = verdict == SloVerdict::missed || (verdict == SloVerdict::undecided && result.slo == SloVerdict::ok);
    if (verdict == SloVerdict::ok || !worse || result.slo == SloVerdict::missed) continue;
    result.slo = verdict;
    result.slo_reason = promise.name;
  }
}

}  // namespace models
