// SPDX-License-Identifier: MIT
// A profile of a service or a host as the YAML file that reads back as the same profile (numbers to 12 digits), through
// the field tables.
#pragma once

#include <map>
#include <string>

#include "models/profile/host_profile.hpp"
#include "models/profile/profile.hpp"

namespace models {

// What is as it would be without being written is left out. A comment stands behind the number with that path, spelled
// as for_each_number does: "lock.handover_cpu", "kernels.json.phases.0.lock.mean".
std::string write_profile(const Profile& profile, const std::map<std::string, std::string>& comments = {});

std::string write_host_profile(const HostProfile& host);

}  // namespace models
