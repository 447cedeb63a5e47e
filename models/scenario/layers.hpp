// SPDX-License-Identifier: MIT
// What is laid over what before a scenario is read: the file over the one it `extends`, then each --set.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"
#include "models/scenario/sources.hpp"

namespace models {

inline constexpr int most_layers = 8;

// Replaces root by its bases with root laid over them, and removes `extends`. False if they cannot all be
// had.
bool apply_base(YamlNode& root, Sources& sources, Diagnostics& diagnostics);

// Where a stretch of a path stands: offset and length in bytes.
using PlaceInPath = std::function<Place(std::size_t offset, std::size_t length)>;

// The keys that a path leads through. A key may hold dots: the longest that exists is meant.
struct PathKey {
  std::string name;
  std::size_t offset = 0;  // in the path
};
std::vector<PathKey> keys_of(const YamlNode& root, const std::string& path);

// Lays a value on what the path leads to.
void lay_at(YamlNode& root, const std::string& path, const PlaceInPath& place, YamlNode value,
            Diagnostics& diagnostics);

// setting: "service.load=200/s".
void apply_setting(YamlNode& root, const std::string& setting, Sources& sources, Diagnostics& diagnostics);

}  // namespace models
