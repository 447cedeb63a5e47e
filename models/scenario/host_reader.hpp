// SPDX-License-Identifier: MIT
// Host profiles: in their own file, named by a service profile, or named by the node of a scenario.
#pragma once

#include <string>

#include "models/profile/host_profile.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"
#include "models/scenario/scenario.hpp"
#include "models/scenario/sources.hpp"

namespace models {

// The name of a file up to its first dot, without folders.
std::string stem_of(const std::string& file);

HostProfile read_whole_host(const YamlNode& node, const std::string& name, Diagnostics& diagnostics);

// Fills what is not written under the `host` of a service profile from the host profile that it names, if any.
void fill_host(const YamlNode& node, MeasuredHost& host, Sources& sources, Diagnostics& diagnostics);

// If the `node` of a scenario names a host profile: takes cores and scaling from it and carries every profile there.
// A profile that does not say how fast its own host was is an error.
void move_to_host(const YamlNode& node, const YamlNode& root, Scenario& scenario, Sources& sources,
                  Diagnostics& diagnostics);

}  // namespace models
