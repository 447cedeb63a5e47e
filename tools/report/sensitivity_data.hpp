// SPDX-License-Identifier: MIT
// The answer of `forkcast sensitivity` for programs: every input, also those without an effect. SI units.
#pragma once

#include "tools/report/sensitivity.hpp"

namespace report {

// What a number rests on: "given", or its basis.
std::string_view basis_name(const models::Input& input);

std::string sensitivity_csv(std::span<const StudiedDeployment> studied);
std::string sensitivity_json(std::span<const StudiedDeployment> studied, const StudyOrigin& origin);
std::string sensitivity_schema();  // JSON Schema (draft-07) of the JSON

}  // namespace report
