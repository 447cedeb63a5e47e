// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "models/cluster/trial.hpp"
#include "tests/models/relative.hpp"

// Four connections, weights 1 and 3: one connection runs `short`, three run `long` for ever. Without a shared budget
// (a thread and a core each) 1 s holds 1000 / 1 ms and 3 x 1000 / 10 ms: 1300 requests, where a draw for each request
// would give 4 / (0.25 x 1 ms + 0.75 x 10 ms) = 516.
TEST_CASE("connections that are shared out over kernels keep theirs") {
  models::TrialParameters parameters;
  parameters.service.load.connections = 4;
  parameters.service.mix = {{"short", 1.0}, {"long", 3.0}};
  parameters.service.mix_by = models::MixBy::connection;
  parameters.node.cores = 4;
  parameters.profile.lock.present = false;
  for (const auto& [name, seconds] : {std::pair{"short", 0.001}, std::pair{"long", 0.010}}) {
    models::Phase phase;
    phase.time.mean = models::assumed(models::Duration{seconds});
    models::Kernel& kernel = parameters.profile.kernels.emplace_back();
    kernel.name = name;
    kernel.phases.push_back(phase);
  }
  parameters.deployment.server = "pool";
  parameters.deployment.threads = 4;
  const auto throughput = static_cast<std::size_t>(models::Metric::throughput);
  const models::Window window{models::Duration{0.5}, models::Duration{10.0}};
  CHECK(models::simulate(parameters, window, 0).observation[throughput] == built::relative(1300.0, 0.001));
  parameters.service.mix_by = models::MixBy::request;
  CHECK(models::simulate(parameters, window, 0).observation[throughput] == built::relative(516.0, 0.1));
}
