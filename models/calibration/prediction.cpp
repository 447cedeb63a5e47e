// SPDX-License-Identifier: MIT
#include "models/calibration/prediction.hpp"

#include <algorithm>

namespace models {

TrialParameters trial_of(const Configuration& what, const Profile& profile, const Surroundings& around) {
  TrialParameters trial;
  Service& service = trial.service;
  if (what.rate) {
    service.load.open = what.rate;
  } else {
    service.load.connections = what.connections;
  }
  service.keep_alive = what.keep_alive;
  service.kernel = what.kernel;
  if (around.shared_cores) {
    service.client.cpu = profile.load_generator.cpu.value;
    if (what.rate) service.client.cpu += profile.load_generator.open_cpu.value;
    service.client.connect_cpu = profile.load_generator.connect_cpu.value;
  }
  trial.container.limits = {what.cpu, what.memory};
  trial.node.cores = std::max(around.machine_cores, what.cores);
  if (what.cores < trial.node.cores) trial.container.cpuset = what.cores;
  trial.profile = profile;
  trial.deployment.name = what.subject;
  trial.deployment.server = what.server.empty() ? around.server : what.server;
  trial.deployment.processes = what.processes;
  trial.deployment.threads = what.threads;
  trial.deployment.carriers = what.threads;  // where tasks run on them
  trial.deployment.preload = what.preload;
  trial.seed = around.seed;
  return trial;
}

Window window_of(const Configuration& what) { return {what.warm_up, what.window}; }

}  // namespace models
