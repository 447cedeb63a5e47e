// SPDX-License-Identifier: MIT
// What ends a measurement before its result: the server's fault, the machine's, or the user's wish.
#pragma once

#include <stdexcept>

namespace measure {

struct MeasurementError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// stop_requested() said so; everything has been cleaned up.
struct Interrupted : MeasurementError {
  Interrupted() : MeasurementError("interrupted") {}
};

}  // namespace measure
