// SPDX-License-Identifier: MIT
// ASCII letters in upper and lower case, whatever the locale.
#pragma once

#include <string>
#include <string_view>

namespace report {

std::string upper(std::string_view text);
std::string lower(std::string_view text);

}  // namespace report
