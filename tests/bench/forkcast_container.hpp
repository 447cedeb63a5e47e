// SPDX-License-Identifier: MIT
// The container of container_case.hpp in the container model.
#pragma once

#include <limits>

#include "models/cluster/trial.hpp"
#include "tests/bench/container_case.hpp"

namespace bench {

inline models::TrialParameters trial_of(const ContainerCase& wanted) {
  models::TrialParameters trial;
  models::Kernel kernel;
  for (const models::PhaseKind kind :
       {models::PhaseKind::cpu, models::PhaseKind::wait, models::PhaseKind::cpu}) {
    models::Phase phase;
    phase.kind = kind;
    phase.time.mean =
        models::assumed(models::Duration{kind == models::PhaseKind::wait ? wanted.wait : wanted.burst});
    phase.time.shape = models::Shape::exponential;
    kernel.phases.push_back(phase);
  }
  trial.profile.kernels = {kernel};
  trial.profile.lock.present = false;
  trial.profile.memory.process = models::assumed(models::Bytes{wanted.process_bytes});
  trial.profile.memory.shared_heap = models::assumed(models::Bytes{wanted.shared_bytes});
  trial.profile.memory.decay_requests = models::assumed(wanted.decay_requests);
  trial.profile.memory.request = models::assumed(models::Bytes{wanted.request_bytes});
  trial.node.cores = static_cast<models::Count>(wanted.cores);
  trial.service.load.connections = static_cast<models::Count>(wanted.connections);
  trial.service.connection_split.assign(wanted.processes,
                                        static_cast<models::Count>(wanted.connections / wanted.processes));
  trial.deployment.server = "native_threads";
  trial.deployment.processes = wanted.processes;
  trial.deployment.threads = wanted.threads;
  trial.deployment.preload = true;
  if (wanted.quota < std::numeric_limits<double>::infinity())
    trial.container.limits.cpu = models::Cores{wanted.quota};
  if (wanted.memory_limit < std::numeric_limits<double>::infinity()) {
    trial.container.limits.memory = models::Bytes{wanted.memory_limit};
  }
  return trial;
}

}  // namespace bench
