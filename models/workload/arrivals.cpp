// SPDX-License-Identifier: MIT
#include "models/workload/arrivals.hpp"

#include <array>

namespace models {
namespace {

constexpr std::array<ArrivalInfo, 5> processes{{
    {ArrivalProcess::poisson, "poisson", "Independent users: exponential times between arrivals.", make_poisson},
    {ArrivalProcess::deterministic, "deterministic", "A metronome: equal times between arrivals.", make_deterministic},
    {ArrivalProcess::gamma, "gamma", "Gamma times between arrivals; scv > 1 is burstier than Poisson.", make_gamma},
    {ArrivalProcess::mmpp, "mmpp", "Poisson at two rates: calm, with bursts of burst_factor times the rate.", make_mmpp},
    {ArrivalProcess::diurnal, "diurnal", "Poisson at a rate that follows the day, lowest at time zero.", make_diurnal},
}};

}  // namespace

std::span<const ArrivalInfo> arrival_processes() { return processes; }

std::unique_ptr<Arrivals> make_arrivals(const Load& load, sim::Stream stream) {
  if (load.trace) return make_trace(load);
  return processes[static_cast<std::size_t>(load.arrivals)].make(load, stream);
}

}  // namespace models
