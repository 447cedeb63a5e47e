// SPDX-License-Identifier: MIT
// Whether a profile describes the service at all: a probe that it misses by far shows something that the model does not
// have, and predictions of such configurations will be as wrong.
#pragma once

#include <string>

#include "models/calibration/fit.hpp"

namespace profiler {

// Of the fitted probe whose throughput or median latency is missed most, if by a factor of 1.5 and more than noise
// explains; else empty. Names what is known to look like it.
std::string misfit(const models::Fitted& fitted);

}  // namespace profiler
