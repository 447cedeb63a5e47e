// SPDX-License-Identifier: MIT
// Each is defined in the file command_<name>.cpp.
#pragma once

#include "tools/cli/command.hpp"

namespace cli {

extern const CommandInfo run_command;
extern const CommandInfo tune_command;
extern const CommandInfo break_even_command;
extern const CommandInfo sensitivity_command;
extern const CommandInfo lint_command;
extern const CommandInfo explain_command;
extern const CommandInfo list_command;
extern const CommandInfo schema_command;
extern const CommandInfo init_command;
extern const CommandInfo measure_host_command;
extern const CommandInfo profile_command;
extern const CommandInfo validate_command;
extern const CommandInfo compare_command;
extern const CommandInfo sweep_command;
extern const CommandInfo merge_command;

}  // namespace cli
