// SPDX-License-Identifier: MIT
#include "models/scenario/profile_reader.hpp"

#include <utility>
#include <vector>

#include "models/fields/quantity_text.hpp"
#include "models/fields/spelling.hpp"
#include "models/profile/derivation.hpp"
#include "models/scenario/checks.hpp"
#include "models/scenario/host_reader.hpp"
#include "models/scenario/tables.hpp"
#include "models/scenario/typed_reader.hpp"

namespace models {

Profile read_whole_profile(const YamlNode& node, const std::string& name, Sources& sources, Diagnostics& diagnostics) {
  Profile profile;
  const std::size_t errors_before = diagnostics.errors();
  TypedReader reader(diagnostics);
  if (const YamlNode* provenance = node.find("provenance"))
    reader.set_measured_source(provenance->place.source);
  reader.read(profile_table(), node, &profile, "profiles");
  if (profile.name.empty()) profile.name = name;
  if (const YamlNode* host = node.find("host")) fill_host(*host, profile.host, sources, diagnostics);
  // A number that could not be read has its default, which need not fit the others.
  if (diagnostics.errors() == errors_before) check_profile(node, profile, diagnostics);
  return profile;
}

std::map<std::string, Profile> ProfileReader::read() {
  TypedReader reader(diagnostics_);
  for (const YamlNode& entry : map_.children) {
    if (reader.is_name(entry) && !finished_.count(entry.key)) read_entry(entry);
  }
  return std::move(profiles_);
}

void ProfileReader::read_entry(const YamlNode& entry) {
  finished_[entry.key] = false;
  const YamlNode* file = entry.find("file");
  if (entry.shape == YamlNode::Shape::scalar) {
    diagnostics_.error(entry.place, in_quotes(entry.key) + " must be a map of settings, not a plain value",
                       "write {file: " + entry.scalar.substr(0, 40) + "}", "profiles");
  } else if (file && entry.find("derive")) {
    diagnostics_.error(file->key_place, "'file' and 'derive' exclude each other", "derive from another key",
                       "profiles");
  } else if (file) {
    read_file(entry, *file);
  } else if (entry.find("derive")) {
    read_derived(entry);
  } else {
    profiles_[entry.key] = read_whole_profile(entry, entry.key, sources_, diagnostics_);
  }
  finished_[entry.key] = true;
}

void ProfileReader::read_file(const YamlNode& entry, const YamlNode& file) {
  if (file.shape != YamlNode::Shape::scalar || file.scalar.empty()) {
    diagnostics_.error(file.value_place(), "'file' must be the path of a profile", {}, "profiles");
    return;
  }
  auto stored = sources_.load(relative_to(*file.place.source, file.scalar), &file.place, diagnostics_);
  if (!stored) return;
  // What stands beside `file` varies the stored profile.
  YamlNode variation = entry;
  std::erase_if(variation.children, [](const YamlNode& child) { return child.key == "file"; });
  if (stored->shape == YamlNode::Shape::map) lay_over(*stored, std::move(variation), &profile_type());
  profiles_[entry.key] = read_whole_profile(*stored, entry.key, sources_, diagnostics_);
}

const Profile* ProfileReader::resolve(const YamlNode& reference, const std::string& key) {
  const YamlNode* entry = map_.find(key);
  if (!entry) {
    std::vector<std::string_view> known;
    for (const YamlNode& child : map_.children) known.push_back(child.key);
    diagnostics_.error(reference.value_place(), "there is no profile " + in_quotes(key),
                       did_you_mean(key, known), "profiles");
    return nullptr;
  }
  const auto state = finished_.find(key);
  if (state == finished_.end()) {
    read_entry(*entry);
  } else if (!state->second) {
    diagnostics_.error(reference.value_place(), "profile " + in_quotes(key) + " is derived from itself", {},
                       "profiles");
    return nullptr;
  }
  const auto found = profiles_.find(key);
  return found == profiles_.end() ? nullptr : &found->second;
}

void ProfileReader::read_derived(const YamlNode& entry) {
  Derivation derivation;
  TypedReader(diagnostics_).read(derivation_table(), entry, &derivation, "profiles");
  const YamlNode* reference = entry.find("derive");
  if (derivation.derive.empty()) return;
  const Profile* base = resolve(*reference, derivation.derive);
  if (!base) return;
  Profile derived = derive(*base, derivation);
  derived.name = entry.key;
  profiles_[entry.key] = std::move(derived);
}

}  // namespace models
