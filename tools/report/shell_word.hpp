// SPDX-License-Identifier: MIT
// One word of a command as a shell reads it back, in quotes where it needs them.
#pragma once

#include <string>
#include <string_view>

namespace report {

std::string shell_word(std::string_view word);

}  // namespace report
