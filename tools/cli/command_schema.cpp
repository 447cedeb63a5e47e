// SPDX-License-Identifier: MIT
// schema: JSON Schemas for editors and for programs that read the results.
#include <fmt/format.h>

#include <array>

#include "models/scenario/schema.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/output.hpp"
#include "tools/report/result_schema.hpp"
#include "tools/report/sensitivity_data.hpp"

namespace cli {
namespace {

constexpr std::array<std::string_view, 7> kinds{"scenario", "profile", "host", "validation", "prices", "result", "sensitivity"};

class Schema : public Command {
 public:
  void declare(Options& options) override {
    options.choice("KIND", kind_, {kinds.begin(), kinds.end()}, "NAME",
                   fmt::format("One of {}", fmt::join(kinds, ", ")));
  }

  int execute(const std::string&) override {
    if (kind_ == "result") return print(report::result_schema());
    if (kind_ == "sensitivity") return print(report::sensitivity_schema());
    const models::FileKind file = kind_ == "profile"      ? models::FileKind::profile
                                  : kind_ == "host"       ? models::FileKind::host
                                  : kind_ == "validation" ? models::FileKind::validation
                                  : kind_ == "prices"     ? models::FileKind::prices
                                                          : models::FileKind::scenario;
    std::string text = models::schema_json(file);
    if (!text.ends_with('\n')) text += '\n';
    return print(text);
  }

 private:
  std::string kind_ = "scenario";
};

}  // namespace

const CommandInfo schema_command{"schema", "Print a JSON Schema, for editors and programs",
                                 "  forkcast schema scenario > scenario.schema.json",
                                 [] { return std::unique_ptr<Command>(new Schema); }};

}  // namespace cli
