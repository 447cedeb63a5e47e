// SPDX-License-Identifier: MIT
// The answer of `forkcast break-even`: the values that were looked at, then the one at which the winner changes.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "models/break_even/break_even.hpp"

namespace report {

struct BreakEvenSubject {
  std::string path;         // of the parameter
  std::string unit;         // in which it is written
  std::string of;           // names of the deployments
  std::string against;
  models::Criterion criterion = models::Criterion::capacity;
};

// `format`: table or json.
std::string break_even_text(const BreakEvenSubject& subject, std::span<const models::BreakEven> ends, std::string_view format);

}  // namespace report
