// SPDX-License-Identifier: MIT
// The answer of `forkcast sensitivity`, in the formats of `run`: for every deployment and answer the inputs
// that move it, ranked, then what was not found to.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/sensitivity/sensitivity.hpp"

namespace report {

struct StudiedDeployment {
  models::SensitivityQuestion question;
  std::vector<models::Sensitivity> found;  // one for each of its answers
};

// What a result must say to be reproduced.
struct StudyOrigin {
  std::string version;
  std::string command_line;
  std::string file;
  std::string hash;  // of the resolved scenario
};

// `format`: a name of report::formats().
std::string sensitivity_text(std::span<const StudiedDeployment> studied, const StudyOrigin& origin,
                             std::string_view format);

// "What is left open of kernels.json.demand moves latency_p99 by 12.1% ..."
std::string sensitivity_reading(const StudiedDeployment& studied, const models::Sensitivity& found);

}  // namespace report
