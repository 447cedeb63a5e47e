// SPDX-License-Identifier: MIT
#include <csignal>
#include <exception>

#include "tools/cli/command.hpp"
#include "tools/cli/command_line.hpp"
#include "tools/cli/output.hpp"

int main(int argc, char** argv) {
  // A closed pipe is an error of write(), which is handled, instead of a silent death with exports unwritten.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return cli::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    cli::complain(error.what());
    return cli::refused;
  }
}
