// SPDX-License-Identifier: MIT
// schema: JSON Schemas for editors and for programs that read the results.
#include <array>

#include "models/scenario/schema.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/output.hpp"
#include "tools/report/result_schema.hpp"

namespace cli {
namespace {

constexpr std::array<std::string_view, 3> kinds{"scenario", "profile", "result"};

}  // namespace

std::span<const std::string_view> schema_kinds() { return kinds; }

int schema(const SchemaArguments& arguments) {
  if (arguments.kind == "result") return print(report::result_schema());
  std::string text =
      models::schema_json(arguments.kind == "profile" ? models::FileKind::profile : models::FileKind::scenario);
  if (!text.ends_with('\n')) text += '\n';
  return print(text);
}

}  // namespace cli
