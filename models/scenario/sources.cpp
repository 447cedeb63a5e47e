// SPDX-License-Identifier: MIT
#include "models/scenario/sources.hpp"

#include <utility>

#include "models/fields/spelling.hpp"

namespace models {

std::optional<YamlNode> Sources::load(const std::string& file, const Place* blame, Diagnostics& diagnostics) {
  const std::string name = file == "-" ? "<stdin>" : file;
  FileText content = read_file(file, largest_file);
  if (!content.problem.empty()) {
    const Source& unread = add(Source(name, {}));
    if (blame) {
      diagnostics.error(*blame, "the file " + in_quotes(file) + " " + content.problem,
                        "paths are relative to the file that names them");
    } else {
      diagnostics.error(unread.whole(), "the file " + content.problem);
    }
    return std::nullopt;
  }
  auto text = clean_text(name, std::move(content.text), diagnostics);
  if (!text) return std::nullopt;
  return parse_yaml(add(Source(name, std::move(*text))), diagnostics);
}

std::string relative_to(const Source& source, const std::string& path) {
  return path.starts_with('/') ? path : source.folder() + path;
}

}  // namespace models
