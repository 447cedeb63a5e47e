// SPDX-License-Identifier: MIT
// validate --public: predictions beside published figures.
#pragma once

#include <string>
#include <vector>

namespace cli {

// Scenarios of published measurements, the shipped ones when `chosen` is empty, whose names hold `only`. Returns the exit code of the program.
int validate_published(const std::vector<std::string>& chosen, const std::string& only, const std::string& format,
                       int jobs);

}  // namespace cli
