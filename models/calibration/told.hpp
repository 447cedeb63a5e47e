// SPDX-License-Identifier: MIT
// Numbers of a profile that the probes have told, and those that they could not tell.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/calibration/fit.hpp"

namespace models {

template <class T>
Measured<T> measured(T value) { return {value, value, value, Basis::measured, {}}; }

template <class T>
Measured<T> untold(T value, std::string reason) {
  return {value, value, value, Basis::assumed, std::move(reason)};
}

// Reports a non-negative number with the 95 % interval of its standard deviation; with a reason it could not be told.
void note(std::vector<Identified>& parameters, std::string path, double value, double deviation,
          std::string reason = {});

}  // namespace models
