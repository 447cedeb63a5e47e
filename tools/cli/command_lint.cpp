// SPDX-License-Identifier: MIT
// lint: everything that is wrong with scenarios and profiles, without running them. The findings are the data.
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/reader.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/terminal.hpp"

namespace cli {
namespace {

std::string as_json(const models::Diagnostics& diagnostics) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const models::Diagnostic& one : diagnostics.sorted()) {
    all.push_back({{"severity", one.severity == models::Severity::error ? "error" : "warning"},
                   {"file", one.file},
                   {"line", one.line},
                   {"column", one.column},
                   {"length", one.length},
                   {"summary", one.summary},
                   {"help", one.help}});
  }
  return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

class Lint : public Command {
 public:
  void declare(Options& options) override {
    options.arguments("FILE", files_, "Scenarios or profiles; - is stdin");
    options.choice("--format", format_, {"text", "json"}, "NAME", "text or json");
  }

  int execute(const std::string&) override {
    if (files_.empty()) throw UsageError("lint needs a scenario or a profile");
    models::Diagnostics diagnostics;
    std::string sound;
    for (const std::string& file : files_) {
      const std::size_t before = diagnostics.errors() + diagnostics.warnings();
      const bool good = models::lint(file, diagnostics);
      if (good && diagnostics.errors() + diagnostics.warnings() == before) sound += file + ": ok\n";
    }
    std::string text = sound;
    if (format_ == "json") {
      text = as_json(diagnostics);
    } else if (diagnostics.errors() + diagnostics.warnings() > 0) {
      text += models::render(diagnostics, use_color(STDOUT_FILENO));
    }
    const int printed = print(text);
    if (printed != done) return printed;
    return diagnostics.has_errors() ? refused : done;
  }

 private:
  std::vector<std::string> files_;
  std::string format_ = "text";
};

}  // namespace

const CommandInfo lint_command{"lint", "Check scenarios and profiles without running them",
                               "  forkcast lint web.yaml app.profile.yaml\n"
                               "  forkcast lint --format json web.yaml",
                               [] { return std::unique_ptr<Command>(new Lint); }};

}  // namespace cli
