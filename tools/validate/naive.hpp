// SPDX-License-Identifier: MIT
// The guess to beat: perfect scaling of the measured one-process, one-thread case of the same subject and kernel.
// N processes of T threads give N T times the throughput and latencies over N T; CPU per request stays, memory grows
// with the processes. Limits are not looked at.
#pragma once

#include "tools/validate/metric.hpp"
#include "tools/validate/measured_case.hpp"

namespace validation {

// From the medians of the closed single worker without limits: at the same connections, for open arrivals at the most
// there are (latencies then stay unknown). All NaN where there is none, and for the single worker itself.
Values naive_prediction(const std::vector<MeasuredCase>& cases, const models::Configuration& what);

}  // namespace validation
