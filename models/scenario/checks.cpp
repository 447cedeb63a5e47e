// SPDX-License-Identifier: MIT
#include "models/scenario/checks.hpp"
namespace models {
void check_scenario(const YamlNode&, const Scenario&, Diagnostics&) {}
void check_profile(const YamlNode&, const Profile&, Diagnostics&) {}
}  // namespace models
