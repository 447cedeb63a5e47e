// SPDX-License-Identifier: MIT
#include "models/calibration/recognition.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "models/calibration/search.hpp"
#include "models/runtime/server.hpp"

namespace models {
namespace {

// A difference of sums that two guesses which are equally right show by chance.
constexpr double tie = 6.0;

// A lock has four numbers more to bend (its share of each kernel, releases, two costs of a hand-over), and what the
// model misses of a runtime without one it can pretend by them. A real one is right by more than this factor: with
// CPython's, the sum without it is three to four times as large.
constexpr double lock_must_gain = 1.5;

std::vector<Candidate> guesses(const std::vector<Probe>& probes, const FitOptions& options) {
  bool stated = true;
  bool many_threads = false;
  for (const Probe& probe : probes) {
    stated = stated && !probe.what.server.empty();
    many_threads = many_threads || probe.what.threads > 1;
  }
  std::vector<std::string> servers;
  if (!options.server.empty() || stated) {
    servers = {options.server};
  } else if (many_threads) {
    servers = {"gunicorn_gthread", "granian", "pool"};
  } else {
    servers = {"gunicorn_sync", "uvicorn"};
  }
  std::vector<Candidate> all;
  for (const bool lock : {false, true}) {
    if (options.lock && lock != *options.lock) continue;
    // Without a second thread a lock shows nowhere.
    if (!options.lock && !many_threads && !lock) continue;
    for (const std::string& server : servers) {
      const bool native = server == "granian" && !lock;
      all.push_back({native ? "native_threads" : server, lock, 0.0});
    }
  }
  // What is called threads may be carriers of tasks: then waits hold none of them.
  const bool tasks = servers.size() > 1 && many_threads && !options.lock.value_or(false);
  if (tasks) all.push_back({"go_http", false, 0.0});
  return all;
}

// A brief search may stop far from a guess's best; one that is not this much worse gets a long one.
constexpr double worth_refining = 4.0;

// A lock that hardly any of the CPU time needs is none.
bool lock_matters(const Draft& draft) {
  return std::any_of(draft.kernels.begin(), draft.kernels.end(),
                     [](const KernelDraft& kernel) { return kernel.native_share < 0.85; });
}

}  // namespace

bool connections_stay(const Probe& probe, const std::string& name) {
  const ServerInfo* server = stated_server(probe.what, name);
  return probe.what.processes > 1 && probe.what.keep_alive && !probe.what.rate && server != nullptr &&
         server->accept == AcceptRule::eagerly && server->keep_alive;
}

std::vector<Probe> ready_probes(const std::vector<Probe>& probes, const std::string& server) {
  std::vector<Probe> ready;
  for (const Probe& probe : probes) {
    if (!connections_stay(probe, server) || !probe.split.empty()) ready.push_back(probe);
  }
  return ready;
}

std::vector<Candidate> recognise(const std::vector<Probe>& probes, const FitOptions& options, BenchSettings settings) {
  std::vector<Candidate> candidates = guesses(probes, options);
  if (candidates.size() == 1) return candidates;
  // The same residuals for every guess, and only of probes that tell guesses apart: pauses, by open arrivals or a quota,
  // do not.
  std::vector<Probe> common;
  for (const Probe& probe : probes) {
    if (probe.what.rate || probe.what.cpu != probes.front().what.cpu) continue;
    const bool stays = std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
      return connections_stay(probe, candidate.server);
    });
    if (!stays) common.push_back(probe);
  }
  settings.replications = 1;
  LeastSquaresSettings effort;
  effort.good_enough = 0.02;
  const auto judge = [&](Candidate& candidate, const Bench& bench) {
    const Draft start = starting_draft(common, candidate.server, candidate.lock);
    const Solution solution = search(start, common, bench, effort);
    candidate.chi_square = solution.minimum.chi_square;
    if (candidate.lock && !lock_matters(solution.draft)) candidate.chi_square += tie;
  };
  BenchSettings brief = settings;
  brief.requests = std::min<std::size_t>(settings.requests, 3000);
  effort.iterations = 4;
  for (Candidate& candidate : candidates) judge(candidate, Bench(brief));
  double least = candidates.front().chi_square;
  for (const Candidate& candidate : candidates) least = std::min(least, candidate.chi_square);
  const auto close = [&](const Candidate& candidate) {
    return candidate.chi_square <= worth_refining * least + tie;
  };
  if (std::count_if(candidates.begin(), candidates.end(), close) > 1) {
    effort.iterations = options.iterations;
    for (Candidate& candidate : candidates) {
      if (close(candidate)) judge(candidate, Bench(settings));
    }
  }
  // In the order of the guesses where they tie: fewer assumptions first.
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.chi_square < b.chi_square; });
  const double best = candidates.front().chi_square;
  const auto tied = std::find_if(candidates.begin(), candidates.end(), [&](const Candidate& candidate) {
    return candidate.chi_square <= lock_must_gain * best + tie && !candidate.lock;
  });
  if (tied != candidates.end()) std::rotate(candidates.begin(), tied, tied + 1);
  return candidates;
}

}  // namespace models
