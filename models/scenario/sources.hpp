// SPDX-License-Identifier: MIT
// Every text that a reading has opened; places point into them until the reading is over. A reading may begin
// where another one is: what that has opened is not opened again, so that it cannot have changed in between.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"

namespace models {

class Sources {
 public:
  Sources() = default;
  explicit Sources(const Sources* earlier) : earlier_(earlier) {}

  // Reads and parses a file ("-": standard input). `blame` is the place that names it, null for the main
  // file.
  std::optional<YamlNode> load(const std::string& file, const Place* blame, Diagnostics& diagnostics);
  const Source& add(Source source) { return sources_.emplace_back(std::move(source)); }

 private:
  const YamlNode* known(const std::string& file) const;

  const Sources* earlier_ = nullptr;
  std::deque<Source> sources_;
  std::map<std::string, YamlNode> documents_;
};

// A path in a file is relative to the folder of that file.
std::string relative_to(const Source& source, const std::string& path);

}  // namespace models
