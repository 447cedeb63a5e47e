// SPDX-License-Identifier: MIT
// The JSON Schema (draft-07) of the JSON report: `forkcast schema result`.
#pragma once

#include <string>

namespace report {

std::string result_schema();

}  // namespace report
