// SPDX-License-Identifier: MIT
// A control for every open load: by how much the CPU work that its users brought within the window of a replication
// exceeded what it brings on average. Streams are named by what they are for, so arrivals and demands can be drawn once
// more beside the simulation, which is none the slower for it.
//     control = (sum over arrivals in the window of their CPU demand) / length - rate * mean demand
// Its expectation is zero: demands do not depend on arrivals, and after the warm-up these come at the stated rate.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "models/cluster/trial.hpp"
#include "models/workload/arrivals.hpp"
#include "models/workload/sampler.hpp"
#include "sim/random/stream.hpp"

namespace bench {

// In cores. The load is open and has one kernel.
inline double offered_work_excess(const models::TrialParameters& at, const models::Window& window,
                                  std::uint64_t replication) {
  const models::Service& service = at.service;
  const auto kernel = std::ranges::find_if(at.profile.kernels, [&](const models::Kernel& one) {
    return service.kernel.empty() || one.name == service.kernel;
  });
  std::vector<models::Sampler> phases;
  double mean = 0.0;
  for (const models::Phase& phase : kernel->phases) {
    const models::Sampler& sampler = phases.emplace_back(phase.time);
    if (phase.kind != models::PhaseKind::wait) mean += sampler.mean().seconds;
  }

  const std::unique_ptr<models::Arrivals> arrivals =
      models::make_arrivals(service.load, sim::Stream(at.seed, replication, "arrivals", 0));
  sim::Stream demand(at.seed, replication, "demand", 0);
  const models::TimePoint opened = models::TimePoint{} + window.warm_up;
  double work = 0.0;
  for (models::TimePoint next = arrivals->next(); next < opened + window.length; next = arrivals->next()) {
    double of_request = 0.0;
    for (std::size_t i = 0; i < phases.size(); ++i) {
      const double drawn = phases[i](demand).seconds;
      if (kernel->phases[i].kind != models::PhaseKind::wait) of_request += drawn;
    }
    if (next >= opened) work += of_request;
  }
  return work / window.length.seconds - service.load.open->per_second * mean;
}

}  // namespace bench
