// SPDX-License-Identifier: MIT
#include "models/scenario/sources.hpp"

#include <utility>

#include "models/fields/spelling.hpp"

namespace models {

std::optional<YamlNode> Sources::load(const std::string& file, const Place* blame, Diagnostics& diagnostics) {
  if (const YamlNode* document = known(file)) return *document;
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
  auto document = parse_yaml(add(Source(name, std::move(*text))), diagnostics);
  if (document) documents_[file] = *document;
  return document;
}

const YamlNode* Sources::known(const std::string& file) const {
  for (const Sources* sources = this; sources; sources = sources->earlier_) {
    const auto found = sources->documents_.find(file);
    if (found != sources->documents_.end()) return &found->second;
  }
  return nullptr;
}

std::string relative_to(const Source& source, const std::string& path) {
  return path.starts_with('/') ? path : source.folder() + path;
}

}  // namespace models
