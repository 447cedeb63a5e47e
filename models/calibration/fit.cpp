// SPDX-License-Identifier: MIT
#include "models/calibration/fit.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string_view>

#include "models/calibration/attempt.hpp"
#include "models/calibration/load_generator_fit.hpp"
#include "models/calibration/memory_fit.hpp"
#include "models/calibration/recognition.hpp"
#include "models/calibration/splits.hpp"
#include "models/profile/numbers.hpp"

namespace models {
namespace {

std::string_view metric_name(Metric metric) {
  switch (metric) {
    case Metric::cpu_per_request: return "cpu/request";
    case Metric::latency_p50: return "p50";
    case Metric::latency_p95: return "p95";
    case Metric::latency_p99: return "p99";
    case Metric::latency_p999: return "p999";
    default: return "throughput";
  }
}

struct Told {
  std::string path;
  bool measured = false;
  std::string reason;
};

// Whether the probes have told a knob: better than was believed before, and not stopped by a bound.
Told judge(const Knob& knob, double x, double deviation) {
  constexpr double rounding = 1e-9;
  if (knob.coordinate.low > -1e6 && x <= knob.coordinate.low + rounding && !knob.logarithmic) {
    return {knob.path, false, "the probes ask for none of it, or less"};
  }
  if (x >= knob.coordinate.high - rounding) return {knob.path, false, "stopped at the highest value that makes sense"};
  if (deviation > 0.5 * knob.coordinate.prior) return {knob.path, false, "the probes hardly depend on it"};
  return {knob.path, true, {}};
}

std::vector<Told> report_knobs(const Solution& solution, Fitted& fitted) {
  std::vector<Told> told;
  const double freedom = std::max<double>(1.0, static_cast<double>(fitted.degrees_of_freedom));
  // Two standard deviations and what few degrees of freedom add (t quantile, Peizer-Pratt's first term).
  const double reach = 1.96 * (1.0 + 0.6 / freedom + 0.6 / (freedom * freedom));
  for (std::size_t j = 0; j < solution.knobs.size(); ++j) {
    const auto k = static_cast<Eigen::Index>(j);
    const Knob& knob = solution.knobs[j];
    const double x = solution.minimum.x[k];
    const double half = reach * solution.minimum.deviation[k];
    // The draft has the cost of caches that are cold, the profile its quotient with the time to warm them.
    const double unit = knob.path.ends_with(".cold_factor") ? 1.0 / warming_of(solution.draft) : 1.0;
    told.push_back(judge(knob, x, solution.minimum.deviation[k]));
    fitted.parameters.push_back({knob.path, knob.value(x) * unit,
                                 knob.value(std::max(x - half, knob.coordinate.low)) * unit,
                                 knob.value(std::min(x + half, knob.coordinate.high)) * unit,
                                 told.back().measured ? Basis::measured : Basis::assumed, told.back().reason});
  }
  for (const KernelDraft& kernel : solution.draft.kernels) {
    if (!kernel.awaitable || kernel.wait == 0.0) continue;
    const bool timers = kernel.timer_resolution > 0.0;
    told.push_back({"kernels." + kernel.name + ".timer_resolution", timers, timers ? "" : "no such effect is proven"});
  }
  return told;
}

// The knob behind a number of the profile: "kernels.json.phases.0.lock.mean" is turned by "kernels.json.demand".
bool turns(const std::string& knob, std::string_view path) {
  if (knob == path) return true;
  if (!knob.starts_with("kernels.")) return false;
  const std::string kernel = knob.substr(0, knob.rfind('.') + 1);
  if (!path.starts_with(kernel)) return false;
  if (knob.ends_with(".timer_resolution")) return path.ends_with(".timer_resolution");
  const bool waits = path.find(".wait.", kernel.size()) != std::string_view::npos;
  return path.ends_with(".mean") && knob.ends_with(waits ? ".wait" : ".demand");
}

void state_bases(Profile& profile, const std::vector<Told>& told) {
  for_each_number(profile, [&](std::string_view path, auto& number) {
    if (path.starts_with("memory.") || path.starts_with("spawn.") || path.starts_with("load_generator.")) return;
    if (path.starts_with("threads.single_thread_cost")) return;
    number.basis = Basis::assumed;
    number.source = path.ends_with(".timer_resolution") ? "" : "no probe shows it";
    for (const Told& one : told) {
      if (!turns(one.path, path)) continue;
      number.basis = one.measured ? Basis::measured : Basis::assumed;
      number.source = one.reason;
    }
    if (path.ends_with(".releases")) {
      const bool counted = number.value > decltype(number.value){};
      number.basis = counted ? Basis::derived : Basis::assumed;
      number.source = counted ? "from voluntary switches per request of many threads" : "";
    }
    if (path == "lock.switch_interval") {
      number.basis = Basis::derived;
      number.source = "CPython's documented default";
    }
  });
}

// More digits than an interval supports would only pretend.
double rounded(double value) {
  if (value == 0.0 || !std::isfinite(value)) return value;
  const double scale = std::pow(10.0, 3.0 - std::floor(std::log10(std::abs(value))));
  return std::round(value * scale) / scale;
}

template <class T>
void round_value(T& value) {
  if constexpr (requires { value.seconds; }) {
    value.seconds = rounded(value.seconds);
  } else if constexpr (requires { value.value; }) {
    value.value = rounded(value.value);
  } else {
    value = rounded(value);
  }
}

void round_numbers(Profile& profile) {
  for_each_number(profile, [](std::string_view, auto& number) {
    round_value(number.value);
    number.low = number.high = number.value;
  });
  for (double& throughput : profile.host.scaling) throughput = rounded(throughput);
  for (Kernel& kernel : profile.kernels) {
    for (Phase& phase : kernel.phases) {
      phase.time.scv = rounded(phase.time.scv);
      phase.memory.value = rounded(phase.memory.value);
    }
  }
}

void fit_stickiness(const std::vector<Probe>& probes, Draft& draft, Fitted& fitted, std::vector<Told>& told) {
  std::vector<std::vector<Count>> splits;
  for (const Probe& probe : probes) {
    if (!probe.split.empty()) splits.push_back(probe.split);
  }
  const std::string path = "accept.stickiness";
  if (splits.empty()) return;
  const StickinessEstimate estimate = likeliest_stickiness(splits);
  draft.stickiness = estimate.value;
  fitted.parameters.push_back({path, estimate.value, estimate.low, estimate.high, Basis::measured, {}});
  told.push_back({path, true, {}});
}

void report_residuals(const Solution& solution, const std::vector<Probe>& probes, Fitted& fitted) {
  const bool with_tail = solution.draft.starvation > 0.0;
  for (std::size_t p = 0; p < probes.size(); ++p) {
    for (const Target& target : probes[p].targets) {
      const bool used = counts(probes[p], target, with_tail);
      fitted.residuals.push_back({probes[p].run, std::string(metric_name(target.metric)), target.measured,
                                  solution.predictions[p][static_cast<std::size_t>(target.metric)],
                                  used ? target.sigma : 0.0});
      fitted.degrees_of_freedom += used ? 1 : 0;
    }
  }
  fitted.degrees_of_freedom -= std::min(fitted.degrees_of_freedom, solution.knobs.size());
  fitted.chi_square = solution.minimum.chi_square;
}

}  // namespace

Fitted fit(const std::vector<MeasuredRun>& runs, const FitOptions& asked) {
  FitOptions options = asked;
  const bool all_say = std::all_of(runs.begin(), runs.end(), [&](const MeasuredRun& run) {
    return run.what.server == runs.front().what.server;
  });
  if (options.server.empty() && all_say) options.server = runs.front().what.server;
  Count cores = options.machine_cores;
  if (cores == 0) {
    for (const MeasuredRun& run : runs) cores = std::max(cores, run.what.cores);
  }
  std::vector<Probe> probes = probes_of(runs, cores, options.server);
  const bool can_start =
      std::any_of(probes.begin(), probes.end(), [](const Probe& probe) { return !probe.what.rate; });
  if (!can_start) throw std::invalid_argument("no probe is a closed loop");

  Fitted fitted;
  const BenchSettings settings{cores, options.seed, options.jobs, options.requests, 1};
  fitted.candidates = recognise(probes, options, settings);
  fitted.server = fitted.candidates.front().server;
  fitted.lock = fitted.candidates.front().lock;
  fitted.lock_shows = options.lock || std::any_of(probes.begin(), probes.end(), [](const Probe& probe) {
    return probe.what.threads > 1;
  });
  probes = probes_of(runs, cores, fitted.server);

  const Bench bench(settings);
  Attempt best = best_attempt(probes, fitted.server, fitted.lock, bench, options.iterations);
  Solution& solution = best.solution;
  fitted.parameters = best.left_out;
  report_residuals(solution, best.probes, fitted);
  std::vector<Told> told = report_knobs(solution, fitted);
  fit_stickiness(best.probes, solution.draft, fitted, told);
  fitted.profile = profile_of(solution.draft);
  state_bases(fitted.profile, told);
  fitted.profile.load_generator = fit_load_generator(probes, fitted.server);
  fit_memory(runs, fitted.profile, fitted.parameters, fitted.residuals, fitted.server);
  fit_spawn(runs, fitted.profile, fitted.parameters);
  round_numbers(fitted.profile);
  for (const MeasuredRun& run : runs) fitted.profile.provenance.fitted_from.push_back(run.id);
  return fitted;
}

}  // namespace models
