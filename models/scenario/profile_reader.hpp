// SPDX-License-Identifier: MIT
// The `profiles` of a scenario: stored in a file, derived from another one, or written in place.
#pragma once

#include <map>
#include <string>

#include "models/profile/profile.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"
#include "models/scenario/sources.hpp"

namespace models {

// A profile written in one piece, and the host profile that it names; `name` if it has none of its own.
Profile read_whole_profile(const YamlNode& node, const std::string& name, Sources& sources, Diagnostics& diagnostics);

// Reads every profile of the map. Derivations may stand before what they derive from; circles are errors.
class ProfileReader {
 public:
  ProfileReader(const YamlNode& map, Sources& sources, Diagnostics& diagnostics)
      : map_(map), sources_(sources), diagnostics_(diagnostics) {}

  std::map<std::string, Profile> read();

 private:
  void read_entry(const YamlNode& entry);
  void read_file(const YamlNode& entry, const YamlNode& file);
  void read_derived(const YamlNode& entry);
  // The profile of this key, read now if need be; null if there is none or it is being read.
  const Profile* resolve(const YamlNode& reference, const std::string& key);

  const YamlNode& map_;
  Sources& sources_;
  Diagnostics& diagnostics_;
  std::map<std::string, Profile> profiles_;
  std::map<std::string, bool> finished_;
};

}  // namespace models
