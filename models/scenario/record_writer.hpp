// SPDX-License-Identifier: MIT
// Writes a struct as YAML through its field table, so that the reader gives the same struct back (to the 12 digits of
// a quantity). What equals its default is left out; measured points are plain values, everything else carries its
// range, basis and source.
#pragma once

#include <string>

#include "models/fields/reflection.hpp"
#include "models/profile/host_profile.hpp"

namespace models {

// In a file whose plain numbers are read as measured: a host profile, or a profile with a provenance.
std::string record_yaml(const Record& record, const void* object);

// A whole file, with the line that tells an editor its schema. schema: path of the schema as the file sees it.
std::string host_profile_yaml(const HostProfile& host, const std::string& schema);
std::string profile_yaml(const Profile& profile, const std::string& schema);

}  // namespace models
