// SPDX-License-Identifier: MIT
// The command of a subject with {port}, {processes}, {threads} and {preload} replaced; other braces stay.
#pragma once

#include <cstdint>
#include <string>

#include "tools/measure/subject.hpp"

namespace measure {

// The shell becomes the server ("exec"), so that a signal to the first process reaches it.
std::string command_line(const Subject& subject, const models::Configuration& what, std::uint16_t port);

// A TCP port of 127.0.0.1 that nobody listens on now.
std::uint16_t free_port();

}  // namespace measure
