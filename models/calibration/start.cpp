// SPDX-License-Identifier: MIT
// Start values in closed form, and which numbers a set of probes can tell at all.
//
//   demand      CPU per request of the saturated single worker (one connection adds cold wake-ups)
//   wait        latency at one connection less all CPU time in it
//   scv         lognormal: ln(p99 / p50) = 2.326 sigma, scv = e^(sigma^2) - 1
//   hand-overs  a voluntary switch each, beside the poller's own half and those around a wait; releases come from them,
//               with the end of the phase and the poller's turn off; their costs are what CPU and cycle grow by from
//               one thread to many, over their number
//   contention  growth of CPU per request from one thread to many
#include <algorithm>
#include <cmath>

#include "models/calibration/draft.hpp"
#include "models/runtime/server.hpp"

namespace models {
namespace {

const ServerInfo& server_for(const Probe& probe, const std::string& guess) {
  const ServerInfo* server = stated_server(probe.what, guess);
  return server != nullptr ? *server : *find_server("pool");
}

bool polls(const ServerInfo& server) { return server.poller && server.accept == AcceptRule::eagerly; }

// Of one process.
double cycle(const Probe& probe) {
  return static_cast<double>(probe.what.processes) / probe.measured(Metric::throughput);
}

// Where nobody could tell the CPU time, the cycle stands for it: a busy worker computes or waits.
double cpu(const Probe& probe) {
  const double told = probe.measured(Metric::cpu_per_request);
  return told > 0.0 ? told : cycle(probe);
}

// The fewest workers, one where a probe has it, without a quota if there is such a probe, under the most connections.
const Probe* single(const std::vector<Probe>& probes, const std::string& kernel, bool saturated) {
  const Probe* best = nullptr;
  const auto rank = [&](const Probe& probe) {
    return -1e9 * static_cast<double>(probe.what.processes * probe.what.threads) + (probe.what.cpu ? 0.0 : 1e6) + (saturated ? 1.0 : -1.0) * static_cast<double>(probe.what.connections) +
           (probe.what.keep_alive ? 0.25 : 0.0);
  };
  for (const Probe& probe : probes) {
    const Configuration& what = probe.what;
    if (what.kernel != kernel || what.rate) continue;
    if (best == nullptr || rank(probe) > rank(*best)) best = &probe;
  }
  return best;
}

const Probe* many_threads(const std::vector<Probe>& probes, const std::string& kernel) {
  const Probe* best = nullptr;
  for (const Probe& probe : probes) {
    const Configuration& what = probe.what;
    if (what.kernel != kernel || what.processes != 1 || what.threads < 2 || what.cores < 2 || what.rate) continue;
    if (what.cpu && what.cpu->value < 1.5) continue;
    if (best == nullptr || what.threads < best->what.threads) best = &probe;
  }
  return best;
}

// Voluntary switches that hand the lock over: not the poller's half sleep, nor the two and a half around a wait.
double handovers_seen(const Probe& probe, const KernelDraft& kernel) {
  return std::max(0.0, probe.switches - (kernel.wait > 0.0 ? 3.0 : 0.5));
}

const Probe* counterpart(const std::vector<Probe>& probes, const Probe& probe, bool keep_alive) {
  for (const Probe& other : probes) {
    Configuration what = other.what;
    what.keep_alive = probe.what.keep_alive;
    if (other.what.keep_alive == keep_alive && what == probe.what) return &other;
  }
  return nullptr;
}

KernelDraft starting_kernel(const std::vector<Probe>& probes, const std::string& name) {
  KernelDraft kernel;
  kernel.name = name;
  const Probe* busy = single(probes, name, true);
  const Probe* alone = single(probes, name, false);
  if (busy == nullptr) return kernel;
  kernel.demand = cpu(*busy);
  const double latency = alone->measured(Metric::latency_p50);
  const double wait = latency - cpu(*alone) - (alone->shared_cores ? alone->client_cpu.seconds : 0.0);
  // A request that mostly computes shows the slack of its median here.
  if (alone->what.connections == 1 && wait > 0.3 * latency) kernel.wait = wait;
  const double tail = alone->measured(Metric::latency_p95) - kernel.wait;
  const double middle = latency - kernel.wait;
  if (tail > middle && middle > 0.0) {
    const double sigma = std::log(tail / middle) / 1.6449;
    kernel.scv = std::clamp(std::expm1(sigma * sigma), 0.01, 2.0);
  }
  return kernel;
}

void start_threads(const std::vector<Probe>& probes, Draft& draft) {
  double releases = 0.0;
  for (KernelDraft& kernel : draft.kernels) {
    const Probe* one = single(probes, kernel.name, true);
    const Probe* many = many_threads(probes, kernel.name);
    if (one == nullptr || many == nullptr) continue;
    const double more_cpu = std::max(0.0, cpu(*many) - kernel.demand);
    const double handovers = handovers_seen(*many, kernel);
    const double ends = polls(server_for(*many, draft.server)) ? 2.0 : 1.0;
    if (handovers - ends > releases && kernel.wait == 0.0) {
      releases = handovers - ends;
      draft.handover_cpu = std::max(more_cpu / handovers, 1e-6);
      draft.handover_lock = std::max((cycle(*many) - kernel.demand) / handovers, 1e-6);
    }
    const auto parallel = static_cast<double>(std::min(many->what.threads, many->what.cores));
    if (kernel.wait == 0.0) draft.contention = std::max(draft.contention, more_cpu / kernel.demand / (parallel - 1.0));
  }
  // The server's own calls release the lock, whatever the kernel.
  for (KernelDraft& kernel : draft.kernels) kernel.releases = releases;
}

void start_accepting(const std::vector<Probe>& probes, Draft& draft) {
  for (const Probe& probe : probes) {
    const Probe* open = probe.what.keep_alive ? nullptr : counterpart(probes, probe, true);
    if (open == nullptr) continue;
    draft.connection_cpu = std::max(draft.connection_cpu, cpu(probe) - cpu(*open));
    // The primary works beside its worker, whose cycle shows the worker's part alone.
    const bool beside = probe.saturated() && probe.what.cores > probe.what.processes;
    if (beside && server_for(probe, draft.server).primary) {
      draft.primary_cpu = std::clamp(cpu(probe) - cycle(probe), draft.primary_cpu, draft.connection_cpu);
    }
  }
  draft.connection_cpu -= draft.primary_cpu;
  for (KernelDraft& kernel : draft.kernels) {
    const Probe* busy = single(probes, kernel.name, true);
    if (busy == nullptr) continue;
    if (!busy->what.keep_alive) kernel.demand = std::max(0.2 * kernel.demand, kernel.demand - draft.connection_cpu);
    if (polls(server_for(*busy, draft.server))) {
      // Without a lock the poller works beside its worker, whose cycle shows the kernel alone.
      const double alone = kernel.wait > 0.0 ? 0.0 : cpu(*busy) - cycle(*busy);
      const double poller = draft.lock || alone <= 0.0 ? 0.08 * kernel.demand : alone;
      if (draft.poller_cpu == 0.0 || kernel.wait == 0.0) draft.poller_cpu = poller;
      kernel.demand -= std::min(poller, 0.5 * kernel.demand);
    }
  }
}

// Whether the workers of a kernel stand still for a while in any probe, so that their caches cool down.
bool cools_down(const std::vector<Probe>& probes, const KernelDraft& kernel) {
  return std::any_of(probes.begin(), probes.end(), [&](const Probe& probe) {
    const bool throttled = probe.what.cpu && probe.what.cpu->value < 1.0;
    return probe.what.kernel == kernel.name && (probe.what.rate || throttled);
  });
}

Knob logarithmic(std::string path, std::function<double&(Draft&)> number, Draft draft, double prior, double low,
                 double high, std::string kernel = {}) {
  const double start = number(draft);
  return {std::move(path), std::move(number), true, start, 1.0, std::move(kernel), false, {low, high, prior, 0.04}};
}

Knob linear(std::string path, std::function<double&(Draft&)> number, Draft draft, double unit, double prior, double low,
            double high, std::string kernel = {}) {
  const double start = number(draft);
  return {std::move(path), std::move(number), false, start, unit, std::move(kernel), false,
          {(low - start) / unit, (high - start) / unit, prior, 1.0}};
}

}  // namespace

Draft starting_draft(const std::vector<Probe>& probes, const std::string& server, bool lock) {
  Draft draft;
  draft.server = server;
  draft.lock = lock;
  for (const Probe& probe : probes) draft.cores = std::max(draft.cores, probe.what.cores);
  for (const Probe& probe : probes) {
    const bool known = std::any_of(draft.kernels.begin(), draft.kernels.end(),
                                   [&](const KernelDraft& kernel) { return kernel.name == probe.what.kernel; });
    if (!known) draft.kernels.push_back(starting_kernel(probes, probe.what.kernel));
  }
  // A loop that overlaps waits awaits them: in an executor they would be as many at once as it has threads.
  const ServerInfo* loop = find_server(server);
  for (KernelDraft& kernel : draft.kernels) {
    kernel.awaitable = loop != nullptr && loop->runtime_without_lock == "event_loop";
  }
  start_threads(probes, draft);
  start_accepting(probes, draft);
  for (KernelDraft& kernel : draft.kernels) {
    if (cools_down(probes, kernel)) kernel.cold_cost = 0.3 * kernel.demand;
  }
  return draft;
}

void correct_releases(Draft& draft, const std::vector<Probe>& probes, const std::vector<Observation>& predictions) {
  if (!draft.lock) return;
  double scale = 1.0;
  for (const KernelDraft& kernel : draft.kernels) {
    const Probe* many = many_threads(probes, kernel.name);
    if (many == nullptr || kernel.wait > 0.0) continue;
    const auto at = static_cast<std::size_t>(many - probes.data());
    const double predicted = predictions[at][static_cast<std::size_t>(Metric::handovers_per_request)];
    const double seen = handovers_seen(*many, kernel);
    if (predicted > 0.5 && seen > 0.5) scale = std::clamp(seen / predicted, 0.3, 3.0);
  }
  for (KernelDraft& kernel : draft.kernels) kernel.releases *= scale;
}

std::vector<Knob> knobs_of(const Draft& draft, const std::vector<Probe>& probes) {
  std::vector<Knob> knobs;
  const auto any = [&](const auto& condition) { return std::any_of(probes.begin(), probes.end(), condition); };
  const auto server = [&](const Probe& probe) -> const ServerInfo& { return server_for(probe, draft.server); };
  double shortest = 1.0;
  for (std::size_t k = 0; k < draft.kernels.size(); ++k) {
    const KernelDraft& kernel = draft.kernels[k];
    const std::string path = "kernels." + kernel.name + ".";
    shortest = std::min(shortest, kernel.demand);
    knobs.push_back(logarithmic(path + "demand", [k](Draft& d) -> double& { return d.kernels[k].demand; }, draft, 0.7,
                                -2.0, 2.0, kernel.name));
    knobs.push_back(logarithmic(path + "scv", [k](Draft& d) -> double& { return d.kernels[k].scv; }, draft, 1.0, -4.0,
                                2.5, kernel.name));
    knobs.back().coordinate.step = 0.2;
    if (kernel.wait > 0.0) {
      knobs.push_back(logarithmic(path + "wait", [k](Draft& d) -> double& { return d.kernels[k].wait; }, draft, 0.3,
                                  -1.5, 1.0, kernel.name));
      knobs.back().coordinate.step = 0.02;
    }
    if (cools_down(probes, kernel)) {
      knobs.push_back(linear(path + "cold_factor", [k](Draft& d) -> double& { return d.kernels[k].cold_cost; }, draft,
                             0.04 * kernel.demand, 50.0, 0.0, 20.0 * kernel.demand, kernel.name));
    }
    const bool parallel = any([&](const Probe& probe) {
      return probe.what.kernel == kernel.name && probe.what.threads > 1 && probe.what.cores > 1;
    });
    if (draft.lock && parallel) {
      knobs.push_back(linear(path + "native_share", [k](Draft& d) -> double& { return d.kernels[k].native_share; },
                             draft, 0.04, 12.0, 0.0, 1.0, kernel.name));
      knobs.back().optional = true;
    }
  }
  const bool many_threads = any([](const Probe& probe) { return probe.what.threads > 1 && probe.what.cores > 1; });
  const bool threads_poll = any([&](const Probe& probe) { return polls(server(probe)); });
  if (draft.lock && (many_threads || threads_poll) && draft.kernels.front().releases > 0.0) {
    const double unit = std::max(0.2 * draft.handover_cpu, 1e-6);
    knobs.push_back(linear("lock.handover_cpu", [](Draft& d) -> double& { return d.handover_cpu; }, draft, unit, 10.0,
                           0.0, 1e-3));
    knobs.push_back(linear("lock.handover_lock", [](Draft& d) -> double& { return d.handover_lock; }, draft, unit, 10.0,
                           0.0, 1e-3));
  }
  if (!draft.lock && many_threads) {
    knobs.push_back(linear("threads.contention", [](Draft& d) -> double& { return d.contention; }, draft, 0.04, 10.0,
                           0.0, 1.0));
  }
  const bool cools = std::any_of(draft.kernels.begin(), draft.kernels.end(), [&](const KernelDraft& kernel) {
    return kernel.cold_cost > 0.0 && cools_down(probes, kernel);
  });
  if (cools) {
    knobs.push_back(logarithmic("caches.cooling", [](Draft& d) -> double& { return d.cooling; }, draft, 0.7, -4.0, 4.0));
    knobs.push_back(logarithmic("caches.warming", [](Draft& d) -> double& { return d.warming; }, draft, 0.7, -4.0, 4.0));
    knobs.back().coordinate.step = knobs[knobs.size() - 2].coordinate.step = 0.2;
  }
  if (!draft.lock && draft.starvation > 0.0) {
    knobs.push_back(logarithmic("threads.starvation", [](Draft& d) -> double& { return d.starvation; }, draft, 1.0,
                                -3.0, 3.0));
    knobs.push_back(logarithmic("threads.starvation_delay", [](Draft& d) -> double& { return d.starvation_delay; },
                                draft, 1.0, -3.0, 2.0));
    knobs.back().coordinate.step = knobs[knobs.size() - 2].coordinate.step = 0.2;
  }
  if (threads_poll) {
    knobs.push_back(linear("accept.poller_cpu", [](Draft& d) -> double& { return d.poller_cpu; }, draft,
                           0.04 * shortest, 6.0, 0.0, 2.0 * shortest));
    knobs.push_back(linear("accept.handoff_cpu", [](Draft& d) -> double& { return d.handoff_cpu; }, draft,
                           0.04 * shortest, 10.0, 0.0, 2.0 * shortest));
    knobs.back().optional = true;
  }
  const bool connects = any([&](const Probe& probe) { return !probe.what.keep_alive || !server(probe).keep_alive; });
  const bool keeps = any([&](const Probe& probe) { return probe.what.keep_alive && server(probe).keep_alive; });
  if (connects && keeps) {
    knobs.push_back(linear("accept.connection_cpu", [](Draft& d) -> double& { return d.connection_cpu; }, draft,
                           0.04 * shortest, 10.0, 0.0, 2.0 * shortest));
  }
  const bool primary = any([&](const Probe& probe) { return server(probe).primary && !probe.what.keep_alive; });
  if (primary && keeps) {
    knobs.push_back(linear("accept.primary_cpu", [](Draft& d) -> double& { return d.primary_cpu; }, draft,
                           0.04 * shortest, 10.0, 0.0, 2.0 * shortest));
  }
  const bool wakes = any([&](const Probe& probe) {
    return probe.what.processes > 1 && (!probe.what.keep_alive || server(probe).accept == AcceptRule::when_idle);
  });
  if (wakes) {
    knobs.push_back(linear("accept.wakeup_cpu", [](Draft& d) -> double& { return d.wakeup_cpu; }, draft,
                           0.02 * shortest, 2.0, 0.0, shortest));
    knobs.back().optional = true;
  }
  const bool more_cores = any([&](const Probe& probe) {
    return probe.what.processes > 1 && probe.what.cores > 1 && probe.what.cores == draft.cores;
  });
  if (more_cores) {
    knobs.push_back(linear("host.scaling", [](Draft& d) -> double& { return d.slow_down; }, draft, 0.04, 2.0, 0.0,
                           0.7));
    knobs.back().optional = true;
  }
  std::erase_if(knobs, [&](const Knob& knob) {
    return std::find(draft.settled.begin(), draft.settled.end(), knob.path) != draft.settled.end();
  });
  return knobs;
}

}  // namespace models
