// SPDX-License-Identifier: MIT
// The answer of `forkcast tune`, in the formats of `run`: the choice, and the candidates among which it is one.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "models/tuning/tuning.hpp"

namespace report {

struct TunedDeployment {
  std::string name;
  models::Deployment written;      // with the processes and threads of the file
  models::Tuning tuning;
};

// `format`: a name of report::formats(). The table shows the choice, the front, the last few and what was written.
std::string tuning_text(std::span<const TunedDeployment> tuned, std::string_view format);

// "gil: 2 processes x 8 threads keep the SLO up to 812/s ..."
std::string tuning_sentence(const TunedDeployment& tuned);

}  // namespace report
