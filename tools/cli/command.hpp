// SPDX-License-Identifier: MIT
// A subcommand: one file each, listed in commands.cpp. It declares its options, which fill its members, and is executed
// once they are parsed.
#pragma once

#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tools/cli/options.hpp"

namespace cli {

enum ExitCode : int {
  done = 0,
  expectation_failed = 1,
  refused = 2,            // wrong usage, a wrong scenario, or a file that cannot be written
  measurement_failed = 3, // the server did not start, died or did not answer, or the machine refused what was needed
  interrupted = 130,
  broken_pipe = 141,      // the reader of stdout went away; quiet, as 128 + SIGPIPE is
};

// Wrong usage; the message names what was written and the remedy.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Command {
 public:
  virtual ~Command() = default;
  virtual void declare(Options& options) = 0;
  // Returns the exit code of the program. `command_line` is for the record, as a shell would read it back.
  virtual int execute(const std::string& command_line) = 0;
};

struct CommandInfo {
  std::string_view name;
  std::string_view help;
  std::string_view examples;                  // lines, indented by two
  std::unique_ptr<Command> (*make)();
};

// In the order of the help.
std::span<const CommandInfo> commands();

}  // namespace cli
