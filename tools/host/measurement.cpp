// SPDX-License-Identifier: MIT
#include "tools/host/measurement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tools/host/clocks.hpp"
#include "tools/host/core_scaling.hpp"
#include "tools/host/cores.hpp"
#include "tools/host/machine.hpp"
#include "tools/host/quota.hpp"
#include "tools/host/starting.hpp"
#include "tools/host/switching.hpp"
#include "tools/host/yardstick.hpp"
#include "tools/measure/cores.hpp"

namespace host {
namespace {

class Rounds {
 public:
  explicit Rounds(const Plan& plan)
      : plan_(plan),
        cores_(measure::allowed_cores()),
        counts_(measured_counts(cores_.size())),
        compute_(counts_.size()),
        memory_(counts_.size()),
        cases_(quota_cases(cores_.size())),
        of_case_(cases_.size()) {}

  // Why no quota could be set; empty if one could.
  const std::string& quota_problem() const { return quota_problem_; }

  std::size_t cores() const { return cores_.size(); }

  void once() {
    const Disturbance disturbance;
    speed_of_one_core();
    scaling(Work::compute, compute_);
    scaling(Work::memory, memory_);
    switching();
    starting();
    quota();
    steal_.push_back(std::max(0.0, disturbance.steal()));
  }

  void report(models::HostProfile& profile) const {
    profile.cores = static_cast<models::Count>(cores_.size());
    profile.speed = as_measured<models::Factor>(speed_);
    profile.yardstick.integer = as_measured<models::Factor>(integer_);
    profile.yardstick.branches = as_measured<models::Factor>(branches_);
    profile.yardstick.memory = as_measured<models::Factor>(loads_);
    profile.scaling.compute = scaling_curve(counts_, medians(compute_));
    profile.scaling.memory = scaling_curve(counts_, medians(memory_));
    profile.switches.thread = as_measured<models::Duration>(thread_switch_);
    profile.switches.process = as_measured<models::Duration>(process_switch_);
    profile.switches.wake_same_core = as_measured<models::Duration>(wake_same_);
    profile.switches.wake_free_core = as_measured<models::Duration>(wake_free_);
    profile.switches.wake_cpu = as_measured<models::Duration>(wake_cpu_);
    profile.switches.stacked_wakes = as_measured<models::Fraction>(stacked_wakes_);
    profile.start.thread = as_measured<models::Duration>(thread_start_);
    profile.start.process = as_measured<models::Duration>(process_start_);
    profile.start.fork = as_measured<models::Duration>(fork_);
    profile.start.fork_per_mib = as_measured<models::Duration>(fork_per_mib_);
    profile.start.copy_on_write_page = as_measured<models::Duration>(copied_page_);
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      if (of_case_[i].share.empty()) continue;
      models::QuotaBehaviour& behaviour = profile.quota.emplace_back();
      behaviour.name = fmt::format("quota-{:g}-threads-{}", cases_[i].quota, cases_[i].threads);
      behaviour.quota = models::Cores{cases_[i].quota};
      behaviour.threads = static_cast<models::Count>(cases_[i].threads);
      behaviour.share = as_measured<models::Fraction>(of_case_[i].share);
      behaviour.throttled = as_measured<models::Duration>(of_case_[i].throttled);
      behaviour.run_length = as_measured<models::Duration>(of_case_[i].run_length);
    }
    profile.steal = as_measured<models::Fraction>(steal_);
  }

 private:
  void speed_of_one_core() {
    const PinnedTo pinned(cores_.front());
    integer_.push_back(yardstick_.integer(plan_.slice));
    branches_.push_back(yardstick_.branches(plan_.slice));
    loads_.push_back(yardstick_.memory(plan_.slice));
    speed_.push_back(std::cbrt(integer_.back() * branches_.back() * loads_.back()));
  }

  void scaling(Work work, std::vector<Samples>& samples) {
    double one = 0.0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      const double together = throughput(work, counts_[i], plan_.slice, cores_);
      if (i == 0) one = together;
      if (one > 0.0) samples[i].push_back(together / one);
    }
  }

  void switching() {
    const int here = cores_.front();
    thread_switch_.push_back(thread_switch_seconds(here, 10 * plan_.repetitions));
    process_switch_.push_back(process_switch_seconds(here, 10 * plan_.repetitions));
    wake_same_.push_back(wake(here, here, plan_.repetitions / 4).latency);
    if (cores_.size() < 2) return;
    const Wake across = wake(here, cores_[1], plan_.repetitions / 4);
    wake_free_.push_back(across.latency);
    wake_cpu_.push_back(across.cpu);
    stacked_wakes_.push_back(stacked_wakes(plan_.repetitions / 4));
  }

  void starting() {
    thread_start_.push_back(thread_start_seconds(plan_.repetitions));
    process_start_.push_back(process_start_seconds(plan_.repetitions / 10));
    const ForkCost cost = fork_cost(plan_.largest_heap_mib, std::max(3, plan_.repetitions / 40));
    fork_.push_back(cost.base);
    fork_per_mib_.push_back(cost.per_mib);
    copied_page_.push_back(copy_on_write_seconds(4096));
  }

  void quota() {
    if (!quota_problem_.empty()) return;
    const std::size_t turn = quota_turn_++ % cases_.size();
    const auto sample = quota_sample(cases_[turn], plan_.quota_periods, quota_problem_);
    if (!sample) return;
    of_case_[turn].share.push_back(sample->share);
    of_case_[turn].throttled.push_back(sample->throttled);
    of_case_[turn].run_length.push_back(sample->run_length);
  }

  static std::vector<double> medians(const std::vector<Samples>& of) {
    std::vector<double> values;
    for (const Samples& samples : of) values.push_back(quartiles(samples).median);
    return values;
  }

  Plan plan_;
  std::vector<int> cores_;
  std::vector<std::size_t> counts_;
  Yardstick yardstick_;
  std::vector<Samples> compute_, memory_;      // one for each count
  Samples integer_, branches_, loads_, speed_;
  Samples thread_switch_, process_switch_, wake_same_, wake_free_, wake_cpu_, stacked_wakes_;
  Samples thread_start_, process_start_, fork_, fork_per_mib_, copied_page_;
  struct OfCase {
    Samples share, throttled, run_length;
  };
  std::vector<QuotaCase> cases_;
  std::vector<OfCase> of_case_;
  std::size_t quota_turn_ = 0;
  std::string quota_problem_;
  Samples steal_;
};

}  // namespace

Measurement measure(const Plan& plan, const Progress& progress, const Stop& stop) {
  Measurement result;
  const Disturbance disturbance;
  Rounds rounds(plan);
  const double start = wall_seconds();
  for (;;) {
    rounds.once();
    ++result.rounds;
    const double used = (wall_seconds() - start) / plan.budget;
    const double fewest = static_cast<double>(result.rounds) / plan.fewest_rounds;
    progress(std::min({1.0, used, fewest}));
    if (stop() || (used >= 1.0 && fewest >= 1.0)) break;
  }
  rounds.report(result.profile);
  if (rounds.cores() < 2) result.remarks.emplace_back("one core: waking a thread beside or on a free one was not measured");
  if (!rounds.quota_problem().empty()) {
    result.remarks.push_back("the effect of a quota was not measured: " + rounds.quota_problem());
  }
  if (const std::string remark = disturbance.remark(); !remark.empty()) result.remarks.push_back(remark);
  return result;
}

}  // namespace host
