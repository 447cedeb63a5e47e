// SPDX-License-Identifier: MIT
#include "models/host/memory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

#include "tests/models/relative.hpp"

namespace {

using models::assumed;
using models::Bytes;
using models::ContainerMemory;
using models::Fraction;
using models::Kernel;
using models::MemoryCosts;
using models::MemoryLayout;
using models::ProcessMemory;

constexpr double mib = 1024.0 * 1024.0;

MemoryCosts costs() {
  MemoryCosts result;
  result.container = assumed(Bytes{20 * mib});
  result.process = assumed(Bytes{45 * mib});
  result.shared_heap = assumed(Bytes{30 * mib});
  result.unshared_at_once = assumed(Fraction{0.1});
  result.never_unshared = assumed(Fraction{0.4});
  result.decay_requests = assumed(200.0);
  result.thread = assumed(Bytes{0.5 * mib});
  result.interpreter = assumed(Bytes{12 * mib});
  result.kernel_per_process = assumed(Bytes{0.25 * mib});
  result.files_outside = assumed(Bytes{8 * mib});
  return result;
}

// A memory of its own with nothing else in the world.
struct Box {
  explicit Box(const MemoryCosts& memory_costs, const MemoryLayout& layout, std::optional<Bytes> limit = {},
               const std::vector<Kernel>& kernels = {{}})
      : memory(simulation, memory_costs, kernels, layout, limit, over_limit) {}

  static void count(void* self) { ++static_cast<Box*>(self)->alarms; }

  sim::Simulation simulation;
  int alarms = 0;
  sim::Timer over_limit{simulation, count, this};
  ContainerMemory memory;
};

}  // namespace

TEST_CASE("A collected heap grows by requests that leave others in flight, and by new connections") {
  MemoryCosts collected = costs();
  collected.survivor = assumed(Bytes{1000.0});
  collected.connection = assumed(Bytes{2000.0});
  MemoryLayout layout;
  CHECK_FALSE(Box(collected, layout).memory.requests_matter());  // worker threads take turns
  layout.keeps_freed = false;
  Box box(collected, layout);
  ProcessMemory process = box.memory.add_process();
  REQUIRE(box.memory.requests_matter());
  const double before = box.memory.charge().value;
  const auto grown_by = [&](bool leaves_others, bool opened) {
    const double held = box.memory.charge().value;
    box.memory.take_up(process);
    box.memory.finish(process, 0, leaves_others, opened);
    return box.memory.charge().value - held;
  };
  CHECK(grown_by(false, false) == 0.0);
  CHECK(grown_by(true, false) == 1000.0);
  CHECK(grown_by(false, true) == 2000.0);
  CHECK(grown_by(true, true) == 3000.0);
  box.memory.remove_process(process);
  CHECK(box.memory.charge().value == built::relative(before - (45 + 0.25) * mib, 1e-12));
}

TEST_CASE("Without preload the charge is container + processes, each with its threads and kernel part") {
  Box box(costs(), {false, false, 4, 1});
  CHECK(box.memory.charge().value == 20 * mib);
  box.memory.add_process();
  box.memory.add_process();
  // 20 + 2 (45 + 3 * 0.5 + 0.25)
  CHECK(box.memory.charge().value == built::relative((20 + 2 * 46.75) * mib, 1e-12));
}

TEST_CASE("A preloaded heap is charged once, and each process owns f of it at once") {
  Box box(costs(), {true, false, 1, 1});
  for (int i = 0; i < 3; ++i) box.memory.add_process();
  // 20 + 30 shared + 3 (45 - 30 + 0.1 * 30 + 0.25)
  CHECK(box.memory.charge().value == built::relative((50 + 3 * 18.25) * mib, 1e-12));
}

TEST_CASE("Copy-on-write follows f + (1 - f - g)(1 - exp(-n / n0)) of the shared heap, process by process") {
  Box box(costs(), {true, false, 1, 1});
  ProcessMemory served = box.memory.add_process();
  const ProcessMemory untouched = box.memory.add_process();
  const double at_start = served.owned.value;
  const double charge_at_start = box.memory.charge().value;
  for (int n = 1; n <= 2000; ++n) {
    box.memory.age(served, 0);
    if (n % 250 != 0) continue;
    CAPTURE(n);
    const double copied = 30 * mib * (1.0 - 0.1 - 0.4) * (1.0 - std::exp(-n / 200.0));
    CHECK(served.owned.value - at_start == built::relative(copied, 1e-9));
    CHECK(box.memory.charge().value - charge_at_start == built::relative(copied, 1e-9));
  }
  CHECK(untouched.owned.value == at_start);
}

TEST_CASE("What the master holds of the heap anyway is not charged again by preloading") {
  MemoryCosts held = costs();
  held.held_by_master = assumed(Bytes{4 * mib});
  Box preloaded(held, {true, false, 1, 1});
  for (int i = 0; i < 3; ++i) preloaded.memory.add_process();
  // 20 + (30 - 4) shared + 3 (45 - 30 + 0.1 * 30 + 0.25)
  CHECK(preloaded.memory.charge().value == built::relative((46 + 3 * 18.25) * mib, 1e-12));
  Box imported(held, {false, false, 1, 1});
  imported.memory.add_process();
  CHECK(imported.memory.charge().value == built::relative((20 + 45.25) * mib, 1e-12));
}

// Three kernels: two that say nothing and one that writes to more of the heap, more slowly, and leaks.
//   common set: a = 0.5 / 0.9, n0 = 200; own set: a = 0.8 / 0.9, n0 = 500
TEST_CASE("Kernels that write to a set of their own follow their own law, alone and in a mix") {
  std::vector<Kernel> kernels(3);
  kernels[2].memory.never_unshared = assumed(Fraction{0.1});
  kernels[2].memory.decay_requests = assumed(500.0);
  kernels[2].memory.growth = assumed(Bytes{1000.0});
  const auto charged_after = [&](int of_first, int of_second, int of_third) {
    Box box(costs(), {true, false, 1, 1}, {}, kernels);
    ProcessMemory process = box.memory.add_process();
    const double at_start = process.owned.value;
    for (int n = 0; n < std::max({of_first, of_second, of_third}); ++n) {
      if (n < of_first) box.memory.age(process, 0);
      if (n < of_second) box.memory.age(process, 1);
      if (n < of_third) box.memory.age(process, 2);
    }
    return process.owned.value - at_start;
  };
  const auto common = [](double n) { return 0.5 / 0.9 * (1.0 - std::exp(-n / 200.0)); };
  const auto own = [](double n) { return 0.8 / 0.9 * (1.0 - std::exp(-n / 500.0)); };
  const double heap = 0.9 * 30 * mib;

  CHECK(charged_after(300, 0, 0) == built::relative(heap * common(300), 1e-9));
  CHECK(charged_after(0, 0, 700) == built::relative(heap * own(700) + 700 * 1000.0, 1e-9));
  CHECK(charged_after(100, 250, 0) == built::relative(heap * common(350), 1e-9));
  CHECK(charged_after(120, 30, 400) ==
        built::relative(heap * (1.0 - (1.0 - common(150)) * (1.0 - own(400))) + 400 * 1000.0, 1e-9));
  // No mix copies more than there is, and no kernel less than alone.
  const double all = charged_after(20000, 0, 20000) - 20000 * 1000.0;
  CHECK(all < heap);
  CHECK(all > heap * own(20000));
}

TEST_CASE("A set that holds the whole heap leaves nothing shared, however many requests follow") {
  std::vector<Kernel> kernels(2);
  kernels[1].memory.never_unshared = assumed(Fraction{0.0});
  kernels[1].memory.decay_requests = assumed(1.0);
  MemoryCosts whole = costs();
  whole.unshared_at_once = assumed(Fraction{0.0});
  Box box(whole, {true, false, 1, 1}, {}, kernels);
  ProcessMemory process = box.memory.add_process();
  const double at_start = process.owned.value;
  for (int n = 0; n < 2000; ++n) box.memory.age(process, 1);
  for (int n = 0; n < 2000; ++n) box.memory.age(process, 0);
  CHECK(process.owned.value - at_start == built::relative(30 * mib, 1e-12));
}

TEST_CASE("A single process without a master has no container part, several have") {
  MemoryCosts alone = costs();
  alone.parent_of_one = false;
  MemoryLayout layout;
  CHECK(Box(alone, layout).memory.charge().value == 0.0);
  layout.processes = 2;
  CHECK(Box(alone, layout).memory.charge().value == 20 * mib);
}

TEST_CASE("A frozen heap is never copied after the fork") {
  std::vector<Kernel> kernels(2);
  kernels[1].memory.never_unshared = assumed(Fraction{0.1});
  Box box(costs(), {true, true, 1, 1}, {}, kernels);
  ProcessMemory process = box.memory.add_process();
  const double at_start = process.owned.value;
  for (std::size_t n = 0; n < 1000; ++n) box.memory.age(process, n % 2);
  CHECK(process.owned.value == built::relative(at_start, 1e-12));
}

TEST_CASE("Without preload nothing is shared, so nothing is copied") {
  Box box(costs(), {false, false, 1, 1});
  ProcessMemory process = box.memory.add_process();
  const double at_start = process.owned.value;
  for (int n = 0; n < 1000; ++n) box.memory.age(process, 0);
  CHECK(process.owned.value == at_start);
}

TEST_CASE("Subinterpreters and threads add to the process, not to the container") {
  Box box(costs(), {false, false, 4, 4});
  const ProcessMemory process = box.memory.add_process();
  CHECK(process.owned.value == built::relative((45 + 3 * 0.5 + 3 * 12 + 0.25) * mib, 1e-12));
}

TEST_CASE("A leak grows with every request served") {
  MemoryCosts leaking = costs();
  leaking.growth = assumed(Bytes{1000.0});
  Box box(leaking, {false, false, 1, 1});
  ProcessMemory process = box.memory.add_process();
  const double at_start = box.memory.charge().value;
  for (int n = 0; n < 500; ++n) box.memory.age(process, 0);
  CHECK(box.memory.charge().value - at_start == built::relative(500'000.0, 1e-9));
}

TEST_CASE("A process that ends gives back all that it owned") {
  Box box(costs(), {true, false, 2, 1});
  const double before = box.memory.charge().value;
  ProcessMemory process = box.memory.add_process();
  box.memory.allocate(process, Bytes{3 * mib});
  for (int n = 0; n < 100; ++n) box.memory.age(process, 0);
  box.memory.remove_process(process);
  CHECK(box.memory.charge().value == built::relative(before, 1e-12));
}

TEST_CASE("What requests free stays with the process until it ends, and serves the next ones") {
  Box box(costs(), {false, false, 1, 1});
  ProcessMemory process = box.memory.add_process();
  const double at_rest = box.memory.charge().value;
  box.memory.allocate(process, Bytes{3 * mib});
  box.memory.allocate(process, Bytes{2 * mib});
  box.memory.free(process, Bytes{3 * mib});
  box.memory.free(process, Bytes{2 * mib});
  CHECK(box.memory.charge().value == built::relative(at_rest + 5 * mib, 1e-12));
  box.memory.allocate(process, Bytes{4 * mib});
  CHECK(box.memory.charge().value == built::relative(at_rest + 5 * mib, 1e-12));
  box.memory.allocate(process, Bytes{2 * mib});
  CHECK(box.memory.charge().value == built::relative(at_rest + 6 * mib, 1e-12));
  box.memory.remove_process(process);
  CHECK(box.memory.charge().value == built::relative(at_rest - 45.25 * mib, 1e-12));
}

TEST_CASE("Of a process that gives memory back only live requests count") {
  MemoryLayout layout;
  layout.keeps_freed = false;
  Box box(costs(), layout);
  ProcessMemory process = box.memory.add_process();
  const double at_rest = box.memory.charge().value;
  box.memory.allocate(process, Bytes{3 * mib});
  CHECK(box.memory.charge().value == built::relative(at_rest + 3 * mib, 1e-12));
  box.memory.free(process, Bytes{3 * mib});
  CHECK(box.memory.charge().value == built::relative(at_rest, 1e-12));
}

TEST_CASE("PSS leaves out what only the kernel uses and counts file pages charged elsewhere") {
  Box box(costs(), {false, false, 1, 1});
  box.memory.add_process();
  box.memory.add_process();
  box.simulation.run_until(sim::TimePoint{10.0});
  const double charge = (20 + 2 * 45.25) * mib;
  CHECK(box.memory.mean_charge().value == built::relative(charge, 1e-12));
  CHECK(box.memory.mean_pss().value == built::relative(charge - 2 * 0.25 * mib + 8 * mib, 1e-12));
}

TEST_CASE("The alarm rings once when the charge passes the limit, not at the limit") {
  // 20 + 45.25 = 65.25 MiB; 2.75 MiB more are just allowed.
  Box box(costs(), {false, false, 1, 1}, Bytes{68 * mib});
  ProcessMemory process = box.memory.add_process();
  box.memory.allocate(process, Bytes{2.75 * mib});
  box.simulation.run_until(sim::TimePoint{1.0});
  CHECK(box.alarms == 0);
  CHECK_FALSE(box.memory.over_limit());
  box.memory.allocate(process, Bytes{1.0});
  box.memory.allocate(process, Bytes{1.0});
  box.simulation.run_until(sim::TimePoint{2.0});
  CHECK(box.alarms == 1);
  box.memory.remove_process(process);
  box.simulation.run_until(sim::TimePoint{3.0});
  CHECK(box.alarms == 1);
  CHECK_FALSE(box.memory.over_limit());
  CHECK(box.memory.max_charge().value == built::relative(68 * mib + 2, 1e-12));
}
