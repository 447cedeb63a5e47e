// SPDX-License-Identifier: MIT
// Every micro-benchmark gives something finite and positive, and what must be ordered is. Nothing is said of how
// long anything takes: the machine that runs the tests is anybody's.
#include <doctest/doctest.h>

#include <cmath>

#include "tools/host/core_scaling.hpp"
#include "tools/host/cores.hpp"
#include "tools/host/machine.hpp"
#include "tools/host/measurement.hpp"
#include "tools/host/quota.hpp"
#include "tools/host/samples.hpp"
#include "tools/host/starting.hpp"
#include "tools/host/switching.hpp"
#include "tools/host/yardstick.hpp"
#include "tools/measure/cores.hpp"

namespace {

void check_positive(double value) {
  CHECK(std::isfinite(value));
  CHECK(value > 0.0);
}

}  // namespace

TEST_CASE("quartiles interpolate between order statistics") {
  const host::Quartiles q = host::quartiles({5.0, 1.0, 2.0, 4.0, 3.0});
  CHECK(q.low == 2.0);
  CHECK(q.median == 3.0);
  CHECK(q.high == 4.0);
  CHECK(host::quartiles({1.0, 2.0}).median == 1.5);
  CHECK(host::quartiles({}).median == 0.0);
}

TEST_CASE("a measured number has four significant digits") {
  CHECK(host::rounded(123456.0) == 123500.0);
  CHECK(host::rounded(-0.00123449) == doctest::Approx(-0.001234).epsilon(1e-12));
  CHECK(host::rounded(0.0) == 0.0);
  const auto number = host::as_measured<models::Duration>({3e-6, 1e-6, 2e-6});
  CHECK(number.value.seconds == 2e-6);
  CHECK(number.low.seconds == 1.5e-6);
  CHECK(number.basis == models::Basis::measured);
  CHECK(host::as_measured<models::Duration>({}).basis == models::Basis::assumed);
}

TEST_CASE("a scaling curve passes through its points, has one entry a core and never more than the cores") {
  CHECK(host::scaling_curve({1, 2, 4}, {1.0, 1.9, 3.5}) == std::vector<double>{1.0, 1.9, 2.7, 3.5});
  CHECK(host::scaling_curve({1, 2}, {1.0, 2.3}) == std::vector<double>{1.0, 2.0});
  CHECK(host::scaling_curve({1, 2}, {1.0, 0.7}) == std::vector<double>{1.0, 1.0});
  CHECK(host::scaling_curve({1}, {1.0}) == std::vector<double>{1.0});
}

TEST_CASE("few cores are all counted, many are sampled up to the last") {
  CHECK(host::measured_counts(1) == std::vector<std::size_t>{1});
  CHECK(host::measured_counts(4) == std::vector<std::size_t>{1, 2, 3, 4});
  const auto many = host::measured_counts(96);
  CHECK(many.size() < 40);
  CHECK(many.back() == 96);
  for (std::size_t i = 1; i < many.size(); ++i) CHECK(many[i] > many[i - 1]);
}

TEST_CASE("the yardstick gives three positive rates") {
  const host::Yardstick yardstick;
  check_positive(yardstick.integer(1e-3));
  check_positive(yardstick.branches(1e-3));
  check_positive(yardstick.memory(1e-3));
}

TEST_CASE("switches, wakes and starts cost something") {
  const std::vector<int> cores = measure::allowed_cores();
  REQUIRE_FALSE(cores.empty());
  check_positive(host::thread_switch_seconds(cores.front(), 50));
  check_positive(host::process_switch_seconds(cores.front(), 50));
  const host::Wake wake = host::wake(cores.front(), cores.back(), 10);
  check_positive(wake.latency);
  check_positive(wake.cpu);
  check_positive(host::thread_start_seconds(5));
  check_positive(host::process_start_seconds(2));
  check_positive(host::copy_on_write_seconds(64));
  CHECK(host::fork_cost(16, 3).base > 0.0);
  CHECK(host::fork_cost(16, 3).per_mib >= 0.0);
}

TEST_CASE("a thread stays where it is pinned, and may go anywhere afterwards") {
  const std::vector<int> before = measure::allowed_cores();
  {
    const host::PinnedTo pinned(before.back());
    CHECK(measure::allowed_cores() == std::vector<int>{before.back()});
  }
  CHECK(measure::allowed_cores() == before);
}

TEST_CASE("who may use one core only is woken on that of the waker, which is nothing to remark on") {
  const host::PinnedTo pinned(measure::allowed_cores().back());
  CHECK(host::stacked_wakes(5) == 1.0);
  CHECK(host::stacking_remark().empty());
}

TEST_CASE("threads together do some work of either kind") {
  const std::vector<int> cores = measure::allowed_cores();
  // On a busy machine a thread may not run at all in so short a time.
  const auto in_time = [&](host::Work work, std::size_t threads) {
    double measured = 0.0;
    for (double seconds = 2e-3; measured == 0.0 && seconds < 10.0; seconds *= 2.0) {
      measured = host::throughput(work, threads, seconds, cores);
    }
    return measured;
  };
  check_positive(in_time(host::Work::compute, 1));
  check_positive(in_time(host::Work::memory, 2));
}

TEST_CASE("the columns of /proc/stat are told apart: steal is the eighth, guests are in user already") {
  const host::CoreTime time = host::parse_core_time("cpu  10 1 5 100 4 1 2 7 9 9\ncpu0 1 1 1 1\n");
  CHECK(time.steal == 7.0);
  CHECK(time.total == 130.0);
  CHECK(time.busy == 26.0);
  CHECK(host::parse_core_time("").total == 0.0);
  CHECK(host::parse_core_time("intr 1 2 3").total == 0.0);
}

TEST_CASE("a group stands still while all of its threads do; its first run is of unknown length") {
  // One thread misses 3 to 5 and 6 to 9, the other 4 to 8: together 4 to 5 and 6 to 8, with a run of 1 between.
  const auto common = host::common_gaps({{3.0, 5.0}, {6.0, 9.0}}, {{4.0, 8.0}});
  const host::Stops stops = host::stops_in(common, 0.0, 10.0);
  CHECK(stops.stopped == 3.0);
  CHECK(stops.runs == host::Samples{1.0});
  CHECK(host::common_gaps({{1.0, 2.0}}, {{2.0, 3.0}}).empty());
  CHECK(host::stops_in({}, 1.0, 5.0).runs == host::Samples{4.0});
}

TEST_CASE("a group under a quota gets some of it, or the reason why none can be set is given") {
  std::string problem;
  const auto sample = host::quota_sample({0.5, 2}, 3, problem);
  if (!sample) {
    CHECK_FALSE(problem.empty());
    MESSAGE("skipped: " << problem);
    return;
  }
  check_positive(sample->share);
  check_positive(sample->run_length);
  CHECK(sample->throttled >= 0.0);
}

TEST_CASE("a measurement fills the profile, says its progress and ends when it is asked to") {
  const host::Plan plan{0.0, 1, 1e-3, 20, 8, 1};
  double last = -1.0;
  const host::Measurement measured = host::measure(
      plan,
      [&](double share) {
        CHECK(share >= last);
        CHECK(share <= 1.0);
        last = share;
      },
      [] { return true; });
  CHECK(measured.rounds == 1);
  CHECK(last == 1.0);
  const models::HostProfile& host = measured.profile;
  CHECK(host.cores == static_cast<models::Count>(measure::allowed_cores().size()));
  CHECK(host.scaling.compute.size() == static_cast<std::size_t>(host.cores));
  CHECK(host.scaling.memory.size() == static_cast<std::size_t>(host.cores));
  CHECK(host.speed.value.value > 0.0);
  CHECK(host.speed.basis == models::Basis::measured);
  for (const auto* time : {&host.start.process, &host.start.thread, &host.switches.thread, &host.switches.process}) {
    CHECK(time->value.seconds > 0.0);
    CHECK(time->basis == models::Basis::measured);
  }
  CHECK(host.speed.low <= host.speed.value);
  CHECK(host.speed.value <= host.speed.high);
}
