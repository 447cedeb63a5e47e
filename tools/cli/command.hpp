// SPDX-License-Identifier: MIT
// The subcommands, one file each. All return the exit code of the program.
#pragma once

#include <span>
#include <string_view>

#include "tools/cli/arguments.hpp"

namespace cli {

int run(const RunArguments& arguments);
int lint(const LintArguments& arguments);
int explain(const ExplainArguments& arguments);
int list(const ListArguments& arguments);
int schema(const SchemaArguments& arguments);
int init(const InitArguments& arguments);

// What `list` and `schema` can show and what `init` can start from.
std::span<const std::string_view> list_kinds();
std::span<const std::string_view> schema_kinds();
std::span<const std::string_view> template_names();

}  // namespace cli
