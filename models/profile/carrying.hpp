// SPDX-License-Identifier: MIT
// A service profile on another host than the one it was measured on. The rule: every CPU time is multiplied by
//
//   speed of the host it was measured on / speed of the host it is carried to
//
// and becomes no better than derived. Waits, timers of the interpreter, memory and shares stay as they are. A profile
// whose host has the same name is at home: nothing changes.
#pragma once

#include <string>

#include "models/profile/host_profile.hpp"
#include "models/profile/profile.hpp"

namespace models {

// Whether the profile was measured there.
bool at_home(const Profile& profile, const HostProfile& host);

// Requires profile.host.speed unless the profile is at home.
void carry(Profile& profile, const HostProfile& host);

}  // namespace models
