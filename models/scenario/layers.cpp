// SPDX-License-Identifier: MIT
#include "models/scenario/layers.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <utility>
#include <vector>

#include "models/fields/spelling.hpp"
#include "models/scenario/tables.hpp"

namespace models {

namespace {

std::string identity(const std::string& file) {
  std::error_code ignored;
  const auto path = std::filesystem::weakly_canonical(file, ignored);
  return ignored ? file : path.string();
}

// Takes `extends` out of the node; null if there is none that can be followed.
std::optional<YamlNode> take_extends(YamlNode& root, Diagnostics& diagnostics) {
  const YamlNode* found = root.find("extends");
  if (!found) return std::nullopt;
  YamlNode extends = *found;
  std::erase_if(root.children, [](const YamlNode& child) { return child.key == "extends"; });
  if (extends.shape != YamlNode::Shape::scalar || extends.scalar.empty()) {
    diagnostics.error(extends.shape == YamlNode::Shape::empty ? extends.key_place : extends.place,
                      "'extends' must be the path of a scenario", {}, "extends");
    return std::nullopt;
  }
  return extends;
}

std::vector<std::string> split_path(const std::string& path) {
  std::vector<std::string> segments(1);
  for (const char c : path) {
    if (c == '.') {
      segments.emplace_back();
    } else {
      segments.back() += c;
    }
  }
  return segments;
}

// How many segments from `first` make up one key of the map: the longest that exists, else one.
std::size_t segments_of_key(const YamlNode* map, const std::vector<std::string>& segments,
                            std::size_t first) {
  if (!map || map->shape != YamlNode::Shape::map) return 1;
  std::string key;
  std::size_t longest = 1;
  for (std::size_t i = first; i < segments.size(); ++i) {
    key += (i > first ? "." : "") + segments[i];
    if (map->find(key)) longest = i - first + 1;
  }
  return longest;
}

const YamlNode* descend(const YamlNode* node, const std::string& key) {
  if (!node || node->shape != YamlNode::Shape::list) return node ? node->find(key) : nullptr;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  if (error != std::errc{} || end != key.data() + key.size() || index >= node->children.size())
    return nullptr;
  return &node->children[index];
}

}  // namespace

bool apply_base(YamlNode& root, Sources& sources, Diagnostics& diagnostics) {
  if (!root.find("extends")) return true;
  const std::size_t errors_before = diagnostics.errors();
  const Place top = root.key_place;
  std::vector<YamlNode> layers;
  std::vector<std::string> seen{identity(root.place.source->name())};
  YamlNode current = std::move(root);
  while (true) {
    const auto extends = take_extends(current, diagnostics);
    const Place place = extends ? extends->place : Place{};
    const std::string file = extends ? relative_to(*extends->place.source, extends->scalar) : std::string();
    layers.push_back(std::move(current));
    if (!extends) break;
    if (std::find(seen.begin(), seen.end(), identity(file)) != seen.end()) {
      diagnostics.error(place, in_quotes(extends->scalar) + " extends itself in a circle", {}, "extends");
      break;
    }
    if (static_cast<int>(layers.size()) > most_layers) {
      diagnostics.error(place, "more than " + std::to_string(most_layers) + " files extend each other", {},
                        "extends");
      break;
    }
    seen.push_back(identity(file));
    auto base = sources.load(file, &place, diagnostics);
    if (!base) break;
    if (base->shape != YamlNode::Shape::map) {
      diagnostics.error(place, in_quotes(extends->scalar) + " is not a scenario", {}, "extends");
      break;
    }
    current = std::move(*base);
  }
  root = std::move(layers.back());
  for (std::size_t i = layers.size() - 1; i-- > 0;) lay_over(root, std::move(layers[i]), &scenario_type());
  root.key_place = top;
  return diagnostics.errors() == errors_before;
}

void apply_setting(YamlNode& root, const std::string& setting, Sources& sources, Diagnostics& diagnostics) {
  const std::size_t equals = setting.find('=');
  const Source& whole = sources.add(Source("--set", setting));
  if (equals == std::string::npos || equals == 0) {
    diagnostics.error(whole.place(0, setting.size()), "a setting must be written as path=value",
                      "for example service.load=200/s");
    return;
  }
  if (setting.find('\n') != std::string::npos) {
    diagnostics.error(whole.whole(), "a setting must be one line");
    return;
  }
  if (!clean_text("--set", setting, diagnostics)) return;
  const Source& source =
      sources.add(Source("--set", setting.substr(equals + 1), whole.place(equals + 1, 1).column, setting));
  auto value = parse_yaml(source, diagnostics);
  if (!value) return;
  lay_at(
      root, setting.substr(0, equals),
      [&](std::size_t offset, std::size_t length) { return whole.place(offset, length); }, std::move(*value),
      diagnostics);
}

std::vector<PathKey> keys_of(const YamlNode& root, const std::string& path) {
  const std::vector<std::string> segments = split_path(path);
  std::vector<PathKey> keys;
  const YamlNode* at = &root;
  std::size_t offset = 0;
  for (std::size_t i = 0; i < segments.size();) {
    const std::size_t count = segments_of_key(at, segments, i);
    std::string key = segments[i];
    for (std::size_t j = i + 1; j < i + count; ++j) key += "." + segments[j];
    at = descend(at, key);
    const std::size_t length = key.size();
    keys.push_back({std::move(key), offset});
    offset += length + 1;
    i += count;
  }
  return keys;
}

void lay_at(YamlNode& root, const std::string& path, const PlaceInPath& place, YamlNode over,
            Diagnostics& diagnostics) {
  const std::vector<PathKey> keys = keys_of(root, path);
  for (const PathKey& key : keys) {
    if (!key.name.empty()) continue;
    diagnostics.error(place(key.offset, 1), "the path has an empty part", {});
    return;
  }
  if (keys.size() > static_cast<std::size_t>(deepest_nesting)) {
    diagnostics.error(place(0, path.size()), "the path is nested too deep");
    return;
  }
  // From the inside out: the chain of maps that leads to the value, each key at its place in the path.
  for (std::size_t i = keys.size(); i-- > 0;) {
    over.key = keys[i].name;
    over.key_place = place(keys[i].offset, keys[i].name.size());
    YamlNode map;
    map.shape = YamlNode::Shape::map;
    map.place = map.key_place = over.key_place;
    map.children.push_back(std::move(over));
    over = std::move(map);
  }
  const Place root_place = root.key_place;
  lay_over(root, std::move(over), &scenario_type());
  root.key_place = root_place;
}

}  // namespace models
