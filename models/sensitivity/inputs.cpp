// SPDX-License-Identifier: MIT
#include "models/sensitivity/inputs.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "models/comparison/used_numbers.hpp"
#include "models/profile/numbers.hpp"
#include "models/tuning/tuning.hpp"
#include "models/workload/sampler.hpp"

namespace models {
namespace {

template <class T>
auto& si(T& value) {
  if constexpr (requires { value.seconds; }) {
    return value.seconds;
  } else if constexpr (requires { value.value; }) {
    return value.value;
  } else {
    return value;
  }
}

template <class T>
std::string_view unit_of() {
  if constexpr (std::is_same_v<T, Duration>) return "s";
  if constexpr (std::is_same_v<T, Bytes>) return "bytes";
  if constexpr (std::is_same_v<T, Fraction>) return "1";
  return "count";
}

// What the phases of a kernel have in common: a number of each, varied in proportion.
struct Part {
  std::string_view name;
  std::string_view unit;
  double (*of)(const Phase&);
  void (*scale)(Phase&, double factor);
};

bool computes(const Phase& phase) {
  return phase.kind != PhaseKind::wait;
}
bool has_scv(const Phase& phase) {
  return phase.time.shape == Shape::lognormal || phase.time.shape == Shape::gamma;
}

void scale_time(Phase& phase, double factor) {
  phase.time.mean.value = phase.time.mean.value * factor;
  for (QuantilePoint& point : phase.time.quantiles) point.value = point.value * factor;
}

constexpr Part demand{
    "demand", "s",
    [](const Phase& phase) { return computes(phase) ? Sampler(phase.time).mean().seconds : 0.0; },
    [](Phase& phase, double factor) {
      if (computes(phase)) scale_time(phase, factor);
    }};
constexpr Part waiting{
    "wait", "s",
    [](const Phase& phase) { return computes(phase) ? 0.0 : Sampler(phase.time).mean().seconds; },
    [](Phase& phase, double factor) {
      if (!computes(phase)) scale_time(phase, factor);
    }};
constexpr Part releases{"releases", "count", [](const Phase& phase) { return phase.releases.value; },
                        [](Phase& phase, double factor) { phase.releases.value *= factor; }};
constexpr Part memory{"memory", "bytes", [](const Phase& phase) { return phase.memory.value; },
                      [](Phase& phase, double factor) { phase.memory = phase.memory * factor; }};
// Of phases that differ in it: their mean, each counted once.
constexpr Part scv{"scv", "count", [](const Phase& phase) { return has_scv(phase) ? phase.time.scv : 0.0; },
                   [](Phase& phase, double factor) { phase.time.scv *= factor; }};

// The basis of a part is the worst of those of its phases; its range joins theirs.
void state(Input& input, const Part& part, const Measured<Duration>& time, double value) {
  if (value == 0.0) return;
  if (time.basis > input.basis) {
    input.basis = time.basis;
    input.source = time.source;
  }
  if (part.unit != "s" || time.value <= Duration{}) return;
  input.low += value * (time.low / time.value);
  input.high += value * (time.high / time.value);
}

class Collector {
 public:
  Collector(const TrialParameters& at, const Profile& profile, bool starts_workers)
      : at_(at), profile_(profile), used_(at.service, at.deployment, at.profile, starts_workers) {}

  std::vector<Input> all() {
    for (const Kernel& kernel : profile_.kernels) {
      if (!used_.contain("kernels." + kernel.name + ".")) continue;
      for (const Part* part : {&demand, &waiting, &releases, &scv, &memory}) add_part(kernel, *part);
    }
    for_each_number(profile_, [&](std::string_view path, const auto& number) { add_number(path, number); });
    add_settings();
    return std::move(inputs_);
  }

 private:
  void add_part(const Kernel& kernel, const Part& part) {
    Input input;
    input.path = "kernels." + kernel.name + "." + std::string(part.name);
    if (!used_.contain(input.path)) return;
    input.unit = part.unit;
    double phases = 0.0;
    for (const Phase& phase : kernel.phases) {
      const double value = part.of(phase);
      input.value += value;
      if (value > 0.0) ++phases;
      if (&part == &releases) {
        if (value > 0.0 && phase.releases.basis > input.basis) {
          input.basis = phase.releases.basis;
          input.source = phase.releases.source;
        }
        input.low += phase.releases.low;
        input.high += phase.releases.high;
      } else {
        state(input, part, phase.time.mean, value);
      }
    }
    if (&part == &scv && phases > 0.0) input.value /= phases;
    const double base = input.value;
    if (base == 0.0) return;
    input.set = [name = kernel.name, &part, base](TrialParameters& trial, double value) {
      for (Kernel& one : trial.profile.kernels) {
        if (one.name != name) continue;
        for (Phase& phase : one.phases) part.scale(phase, value / base);
      }
    };
    inputs_.push_back(std::move(input));
  }

  template <class T>
  void add_number(std::string_view path, const Measured<T>& number) {
    // Phases are parts of their kernel; what the measuring client cost is no part of the service.
    if (path.find(".phases.") != std::string_view::npos || path.starts_with("load_generator.")) return;
    // What nobody has said a word about is no part of the model.
    if (!used_.contain(path) || (is_left_out(number, path) && number.source.empty())) return;
    Input input;
    input.path = path;
    input.unit = unit_of<T>();
    input.value = si(number.value);
    input.low = si(number.low);
    input.high = si(number.high);
    input.basis = number.basis;
    input.source = number.source;
    if constexpr (std::is_same_v<T, Fraction>) input.most = 1.0;
    const MemoryCosts& shares = at_.profile.memory;
    if (path == "memory.unshared_at_once") input.most = 1.0 - shares.never_unshared.value.value;
    if (path.ends_with("memory.never_unshared")) input.most = 1.0 - shares.unshared_at_once.value.value;
    input.set = [name = input.path](TrialParameters& trial, double value) {
      for_each_number(trial.profile, [&](std::string_view where, auto& one) {
        if (where == name) si(one.value) = value;
      });
    };
    inputs_.push_back(std::move(input));
  }

  void add(std::string path, std::string_view unit, double value,
           std::function<void(TrialParameters&, double)> set) {
    Input input;
    input.path = std::move(path);
    input.unit = unit;
    input.value = value;
    input.given = true;
    input.set = std::move(set);
    inputs_.push_back(std::move(input));
  }

  void add_count(std::string path, Count value, std::function<void(TrialParameters&, Count)> set) {
    add(std::move(path), "count", static_cast<double>(value),
        [set = std::move(set)](TrialParameters& trial, double to) {
          set(trial, static_cast<Count>(std::llround(to)));
        });
    inputs_.back().whole = true;
    inputs_.back().least = 1.0;
  }

  void add_load() {
    const Load& load = at_.service.load;
    if (load.open) {
      add("service.load", "1/s", load.open->per_second,
          [](TrialParameters& trial, double value) { trial.service.load.open = Rate{value}; });
    }
    if (load.connections) {
      add_count("service.load.connections", *load.connections,
                [](TrialParameters& trial, Count value) { trial.service.load.connections = value; });
      if (load.think_time > Duration{}) {
        add("service.load.think_time", "s", load.think_time.seconds,
            [](TrialParameters& trial, double value) { trial.service.load.think_time = Duration{value}; });
      }
    }
    if (load.tasks) {
      add_count("service.load.tasks", *load.tasks,
                [](TrialParameters& trial, Count value) { trial.service.load.tasks = value; });
    }
  }

  void add_settings() {
    add_load();
    const Service& service = at_.service;
    if (service.network > Duration{}) {
      add("service.network", "s", service.network.seconds,
          [](TrialParameters& trial, double value) { trial.service.network = Duration{value}; });
    }
    if (service.client.cpu > Duration{}) {
      add("service.client.cpu", "s", service.client.cpu.seconds,
          [](TrialParameters& trial, double value) { trial.service.client.cpu = Duration{value}; });
    }
    if (std::isfinite(service.timeout.seconds)) {
      add("service.timeout", "s", service.timeout.seconds,
          [](TrialParameters& trial, double value) { trial.service.timeout = Duration{value}; });
    }
    const Container& container = at_.container;
    if (container.limits.cpu) {
      add("container.limits.cpu", "cores", container.limits.cpu->value,
          [](TrialParameters& trial, double value) { trial.container.limits.cpu = Cores{value}; });
      add("container.cpu_period", "s", container.cpu_period.seconds,
          [](TrialParameters& trial, double value) { trial.container.cpu_period = Duration{value}; });
      inputs_.back().most = 1.0;
    }
    if (container.limits.memory) {
      add("container.limits.memory", "bytes", container.limits.memory->value,
          [](TrialParameters& trial, double value) { trial.container.limits.memory = Bytes{value}; });
    }
    add_workers();
    for (const Pool& pool : at_.pools) {
      add_count("pools." + pool.name + ".size", pool.size,
                [name = pool.name](TrialParameters& trial, Count value) {
                  for (Pool& one : trial.pools) {
                    if (one.name == name) one.size = value;
                  }
                });
    }
  }

  void add_workers() {
    const Deployment& deployment = at_.deployment;
    const std::string_view runtime = runtime_of(deployment, at_.profile).name;
    // A forced split of connections names every process.
    if (at_.service.connection_split.empty()) {
      add_count("processes", deployment.processes,
                [](TrialParameters& trial, Count value) { trial.deployment.processes = value; });
    }
    if (has_threads(deployment, at_.profile)) {
      add_count("threads", deployment.threads,
                [](TrialParameters& trial, Count value) { trial.deployment.threads = value; });
    }
    if (runtime == event_loop_runtime.name && deployment.blocking_waits == BlockingWaits::executor) {
      add_count("executor_threads", deployment.executor_threads,
                [](TrialParameters& trial, Count value) { trial.deployment.executor_threads = value; });
    }
    // A scaling curve ends with the cores that it was measured on.
    if (at_.node.scaling.empty() && !at_.container.cpuset) {
      add_count("node.cores", at_.node.cores,
                [](TrialParameters& trial, Count value) { trial.node.cores = value; });
    }
  }

  const TrialParameters& at_;
  const Profile& profile_;
  UsedNumbers used_;
  std::vector<Input> inputs_;
};

}  // namespace

std::vector<Input> inputs_of(const TrialParameters& at, const Profile& profile, bool starts_workers) {
  return Collector(at, profile, starts_workers).all();
}

Profile at_middle(Profile profile) {
  for_each_number(profile, [](std::string_view, auto& number) { number.low = number.high = number.value; });
  return profile;
}

Ends step_around(const Input& input, double step) {
  Ends ends{input.value / (1.0 + step), input.value * (1.0 + step)};
  if (input.whole) {
    const double by = std::max(1.0, std::round(step * input.value));
    ends = {input.value - by, input.value + by};
  }
  // What would leave the sensible values stays where it is: a one-sided step.
  if (ends.below < input.least) ends.below = input.value;
  if (ends.above > input.most) ends.above = input.value;
  return ends;
}

}  // namespace models
