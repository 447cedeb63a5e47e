// SPDX-License-Identifier: MIT
#include "tools/cli/exports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tools/cli/output.hpp"

namespace cli {

std::string exports_problem(const std::vector<std::string>& exports,
                            std::span<const std::string_view> extensions) {
  std::set<std::string_view> seen;
  for (const std::string& file : exports) {
    if (!seen.insert(file).second) return fmt::format("--export {} is given twice", file);
    if (file == to_stdout) continue;
    if (std::ranges::none_of(extensions,
                             [&](std::string_view extension) { return file.ends_with(extension); })) {
      return fmt::format("--export {}: the file's ending must be one of {}", file,
                         fmt::join(extensions, " "));
    }
    const std::string problem = export_problem(file);
    if (!problem.empty()) return "--export " + problem;
  }
  return {};
}

}  // namespace cli
