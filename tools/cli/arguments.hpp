// SPDX-License-Identifier: MIT
// The command line: what each subcommand takes. The only room of the program that knows CLI11 is the .cpp beside this.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cli {

enum ExitCode : int {
  done = 0,
  expectation_failed = 1,
  refused = 2,            // wrong usage, a wrong scenario, or a file that cannot be written
  interrupted = 130,
  broken_pipe = 141,      // the reader of stdout went away; quiet, as 128 + SIGPIPE is
};

struct RunArguments {
  std::vector<std::string> files;      // scenarios, "-" is stdin
  std::vector<std::string> settings;   // path=value, those of --seed, --precision and --replications last
  int jobs = 0;
  std::string format = "table";
  std::vector<std::string> exports;
  bool check = false;
  bool quiet = false;
  bool wide = false;
  std::string command_line;            // for the record
};

struct LintArguments {
  std::vector<std::string> files;
  bool json = false;
};

struct ExplainArguments {
  std::string path;
};

struct ListArguments {
  std::string kind;   // empty: all kinds
};

struct SchemaArguments {
  std::string kind;
};

struct InitArguments {
  std::string kind;
  std::string file;
};

using Arguments =
    std::variant<RunArguments, LintArguments, ExplainArguments, ListArguments, SchemaArguments, InitArguments>;

struct Parsed {
  std::optional<Arguments> arguments;   // absent: help was printed, or an error; then exit with the code
  int exit_code = done;
};

// Prints help to stdout and errors to stderr.
Parsed parse(int argc, const char* const* argv);

}  // namespace cli
