// SPDX-License-Identifier: MIT
// Requests a second of the container model on one core, beside the same container written by hand; the two take
// turns, the median of the rounds counts. Below: what the parts of a real deployment cost.
//
//   container_bench [ROUNDS]     7 unless told
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "models/cluster/trial.hpp"
#include "sim/stats/median.hpp"
#include "tests/bench/bare_container.hpp"
#include "tests/bench/processor_time.hpp"

namespace {

using bench::processor_seconds;
using models::Duration;

models::TrialParameters container(models::Count processes, models::Count threads, bool lock) {
  models::TrialParameters parameters;
  models::Kernel kernel;
  kernel.name = "burst, wait, burst";
  for (const models::PhaseKind kind : {models::PhaseKind::lock, models::PhaseKind::wait, models::PhaseKind::lock}) {
    models::Phase phase;
    phase.kind = kind;
    phase.time.mean = models::assumed(Duration{kind == models::PhaseKind::wait ? 0.004 : 0.0005});
    phase.time.shape = models::Shape::exponential;
    phase.releases = models::assumed(lock ? 6.0 : 0.0);
    kernel.phases.push_back(phase);
  }
  parameters.profile.kernels = {kernel};
  parameters.profile.lock.present = lock;
  parameters.profile.lock.handover_cpu = models::assumed(Duration{20e-6});
  parameters.profile.lock.handover_lock = models::assumed(Duration{14e-6});
  parameters.service.load.connections = 16;
  parameters.deployment.server = "pool";
  parameters.deployment.processes = processes;
  parameters.deployment.threads = threads;
  return parameters;
}

struct Cost {
  double nanoseconds = 0.0;  // a request
  double events = 0.0;       // a request
};

struct Variant {
  std::string name;
  std::function<Cost()> run;
  std::vector<double> nanoseconds;
  double events = 0.0;
};

Cost simulated(const models::TrialParameters& parameters) {
  // Long enough for some 200,000 requests at the 2 to 4 thousand a second that these containers serve.
  const models::Window window{Duration{1.0}, Duration{60.0}};
  const double start = processor_seconds();
  const models::TrialResults results = models::simulate(parameters, window, 0);
  const double spent = processor_seconds() - start;
  const auto requests = static_cast<double>(results.requests) * (window.length + window.warm_up).seconds / window.length.seconds;
  return {spent * 1e9 / requests, static_cast<double>(results.events) / requests};
}

Cost by_hand() {
  const std::uint64_t requests = 200'000;
  const double start = processor_seconds();
  if (!(bare::ContainerModel(16, 8, 2.0).run(requests, 0.0005, 0.004) > 0.0)) std::abort();
  return {(processor_seconds() - start) * 1e9 / static_cast<double>(requests), 0.0};
}

}  // namespace

int main(int count, char** arguments) {
  const int rounds = count > 1 ? std::atoi(arguments[1]) : 7;
  const models::TrialParameters pool = container(1, 8, false);
  models::TrialParameters quota = container(1, 8, false);
  quota.container.limits.cpu = models::Cores{1.0};
  models::TrialParameters gthread = container(2, 4, false);
  gthread.deployment.server = "gunicorn_gthread";
  gthread.profile.accept.poller_cpu = models::assumed(Duration{100e-6});
  const models::TrialParameters uncontended = container(8, 1, true);
  const models::TrialParameters contended = container(1, 8, true);

  std::vector<Variant> variants{{"by hand: 8 workers, 2 cores", by_hand, {}},
                                {"the same, forkcast", [&] { return simulated(pool); }, {}},
                                {"with a quota of 1 CPU", [&] { return simulated(quota); }, {}},
                                {"2 processes x 4, poller", [&] { return simulated(gthread); }, {}},
                                {"8 x 1, a lock each", [&] { return simulated(uncontended); }, {}},
                                {"1 x 8, one lock contended", [&] { return simulated(contended); }, {}}};
  for (int round = 0; round < rounds; ++round) {
    for (Variant& variant : variants) {
      const Cost cost = variant.run();
      variant.nanoseconds.push_back(cost.nanoseconds);
      variant.events = cost.events;
    }
  }
  const double first = sim::median(variants.front().nanoseconds);
  std::printf("%-30s %12s %12s %12s %8s\n", "", "ns/request", "M requests/s", "events", "ratio");
  for (const Variant& variant : variants) {
    const double middle = sim::median(variant.nanoseconds);
    std::printf("%-30s %12.0f %12.2f %12.1f %7.2fx\n", variant.name.c_str(), middle, 1e3 / middle, variant.events,
                middle / first);
  }
}
