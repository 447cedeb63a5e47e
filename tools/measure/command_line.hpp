// SPDX-License-Identifier: MIT
// The command of a subject with {port}, {processes}, {threads} and {preload} replaced; other braces stay.
#pragma once

#include <cstdint>
#include <string>

#include "tools/measure/subject.hpp"

namespace measure {

std::string command_line(const Subject& subject, const models::Configuration& what, std::uint16_t port);

// "exec" before a single program, with its variables or without, so that no shell is measured with it. Lists
// and pipes, such as `cd app && serve`, stay as they are.
std::string in_place_of_the_shell(const std::string& command);

// A TCP port of 127.0.0.1 that nobody listens on now.
std::uint16_t free_port();

}  // namespace measure
