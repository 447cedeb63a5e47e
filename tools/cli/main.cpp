// SPDX-License-Identifier: MIT
#include <csignal>
#include <exception>

#include "tools/cli/command.hpp"
#include "tools/cli/output.hpp"

int main(int argc, char** argv) {
  // A closed pipe is an error of write(), which is handled, instead of a silent death with exports unwritten.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const cli::Parsed parsed = cli::parse(argc, argv);
    if (!parsed.arguments) return parsed.exit_code;
    struct {
      int operator()(const cli::RunArguments& arguments) { return cli::run(arguments); }
      int operator()(const cli::LintArguments& arguments) { return cli::lint(arguments); }
      int operator()(const cli::ExplainArguments& arguments) { return cli::explain(arguments); }
      int operator()(const cli::ListArguments& arguments) { return cli::list(arguments); }
      int operator()(const cli::SchemaArguments& arguments) { return cli::schema(arguments); }
      int operator()(const cli::InitArguments& arguments) { return cli::init(arguments); }
    } dispatch;
    return std::visit(dispatch, *parsed.arguments);
  } catch (const std::exception& error) {
    cli::complain(error.what());
    return cli::refused;
  }
}
