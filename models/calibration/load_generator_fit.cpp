// SPDX-License-Identifier: MIT
#include "models/calibration/load_generator_fit.hpp"

#include <algorithm>

#include "sim/stats/median.hpp"

namespace models {
namespace {

Measured<Duration> measured(Duration time) {
  const Duration value = std::max(Duration{}, time);
  return {value, value, value, Basis::measured, {}};
}

// Mean over the requests of all open probes, less what one of a closed loop costs.
Duration more_when_open(const std::vector<Probe>& probes, const std::string& server_name,
                        const LoadGeneratorCosts& closed) {
  Duration more;
  double requests = 0.0;
  for (const Probe& probe : probes) {
    if (!probe.what.rate || probe.client_cpu <= Duration{}) continue;
    const Duration connecting = keeps_alive(probe.what, server_name) ? Duration{} : closed.connect_cpu.value;
    for (const MeasuredRun* run : probe.repeats) {
      const auto answered = static_cast<double>(run->requests);
      more += answered * (run->client_cpu_per_request - closed.cpu.value - connecting);
      requests += answered;
    }
  }
  return requests > 0.0 ? more / requests : Duration{};
}

}  // namespace

LoadGeneratorCosts fit_load_generator(const std::vector<Probe>& probes, const std::string& server_name) {
  LoadGeneratorCosts costs;
  std::vector<double> kept;
  std::vector<double> connecting;
  for (const Probe& probe : probes) {
    if (probe.what.rate || probe.client_cpu <= Duration{}) continue;
    (keeps_alive(probe.what, server_name) ? kept : connecting).push_back(probe.client_cpu.seconds);
  }
  if (!kept.empty()) {
    costs.cpu = measured({sim::median(kept)});
    if (!connecting.empty()) costs.connect_cpu = measured({sim::median(connecting) - sim::median(kept)});
  } else if (!connecting.empty()) {
    costs.cpu = measured({sim::median(connecting)});
    costs.cpu.source = "every probe connects for each request: with connecting";
  }
  if (const Duration more = more_when_open(probes, server_name, costs); more > Duration{}) costs.open_cpu = measured(more);
  return costs;
}

}  // namespace models
