// SPDX-License-Identifier: MIT
// The command line as a whole: which command it names, or why it is wrong.
#pragma once

namespace cli {

// Parses and executes. Prints help to stdout and errors to stderr; returns the exit code.
int run_command_line(int argc, const char* const* argv);

}  // namespace cli
