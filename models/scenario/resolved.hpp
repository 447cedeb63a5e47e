// SPDX-License-Identifier: MIT
// The scenario as it was understood: defaults filled in, profiles loaded and derived. Quantities are numbers
// in SI units, named in the key (`cpu_period_s`, `memory_bytes`, `open_per_s`, `cpu_cores`); what is absent
// or unlimited is null; what has no effect is left out.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "models/profile/host_profile.hpp"
#include "models/scenario/scenario.hpp"

namespace models {

nlohmann::ordered_json resolved(const Scenario& scenario);
nlohmann::ordered_json resolved(const HostProfile& host);

}  // namespace models
