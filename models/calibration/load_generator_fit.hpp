// SPDX-License-Identifier: MIT
// What the load generator that made the probes costs. In a closed loop an answer wakes it, and it asks again at once.
// Of open arrivals each request wakes it twice, and from a longer sleep: when it is due and when it is answered.
//
//   cpu          median over the closed loops on kept connections
//   connect_cpu  what closed loops that connect for each request cost more, likewise
//   open_cpu     what a request of open arrivals costs more than one of a closed loop, mean of all such requests
#pragma once

#include <string>
#include <vector>

#include "models/calibration/probe.hpp"
#include "models/profile/profile.hpp"

namespace models {

// `server_name`: the server of probes that do not name theirs.
LoadGeneratorCosts fit_load_generator(const std::vector<Probe>& probes, const std::string& server_name);

}  // namespace models
