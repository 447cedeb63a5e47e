// SPDX-License-Identifier: MIT
// The registry of subcommands. A new one is a file of its own, a line in commands.hpp and one here.
#include "tools/cli/commands.hpp"

#include <array>

namespace cli {

std::span<const CommandInfo> commands() {
  static const std::array all{run_command,          sweep_command,       merge_command,   tune_command,
                              break_even_command,   sensitivity_command, compare_command, lint_command,
                              explain_command,      list_command,        schema_command,  init_command,
                              measure_host_command, profile_command,     validate_command};
  return all;
}

}  // namespace cli
