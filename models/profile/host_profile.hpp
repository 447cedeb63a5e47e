// SPDX-License-Identifier: MIT
// A host profile: what one machine was measured to be, apart from any application. `forkcast measure-host` writes it;
// service profiles refer to it (`host: {file: ...}`) and so does the node of a scenario (`node: {host: ...}`).
// Values are medians over interleaved rounds, ranges their quartiles. Absent parts could not be measured there.
//
// Speed is relative to a fixed reference (tools/host/yardstick.hpp): twice the speed is half the CPU time. It carries
// a service profile from one host to another (models/profile/carrying.hpp).
#pragma once

#include <string>
#include <vector>

#include "models/fields/field.hpp"
#include "models/fields/quantity.hpp"
#include "models/profile/profile.hpp"

namespace models {

// The parts of the speed, each over the reference's.
struct Yardstick {
  Measured<Factor> integer = assumed(Factor{1.0});      // dependent 32-bit integer operations
  Measured<Factor> branches = assumed(Factor{1.0});     // dispatch of a small bytecode, as an interpreter does it
  Measured<Factor> memory = assumed(Factor{1.0});       // a chain of dependent loads over 512 KiB
};

template <class Table>
void describe(Table& table, const Yardstick*) {
  table("integer", &Yardstick::integer, "Dependent integer operations, as in a hash.", above_up_to(0, 1000));
  table("branches", &Yardstick::branches, "Dispatch of a small bytecode, as in an interpreter.", above_up_to(0, 1000));
  table("memory", &Yardstick::memory, "A chain of dependent loads over 512 KiB.", above_up_to(0, 1000));
}

// Throughput of k busy threads on k cores over that of one: curve[k-1].
struct CoreScaling {
  std::vector<double> compute;           // work in registers and the first cache
  std::vector<double> memory;            // streams through 32 MiB a thread
};

template <class Table>
void describe(Table& table, const CoreScaling*) {
  table("compute", &CoreScaling::compute, "Throughput of 1, 2, ... computing threads over that of one.",
        between(1, 4096), Example{"[1.0, 1.94]"});
  table("memory", &CoreScaling::memory, "The same for threads that stream through memory.", between(1, 4096),
        Example{"[1.0, 1.52]"});
}

struct SwitchCosts {
  Measured<Duration> thread = assumed(Duration{});            // one switch between threads of a process, one core
  Measured<Duration> process = assumed(Duration{});           // between processes
  Measured<Duration> wake_free_core = assumed(Duration{});    // futex wake until the woken thread runs, on another core
  Measured<Duration> wake_same_core = assumed(Duration{});    // on the core of the waker
  Measured<Duration> wake_cpu = assumed(Duration{});          // CPU time of both sides of one wake to a free core
  Measured<Fraction> stacked_wakes = assumed(Fraction{});     // that stay on the waker's core beside a free one
};

template <class Table>
void describe(Table& table, const SwitchCosts*) {
  table("thread", &SwitchCosts::thread, "One switch between two threads of a process on one core.", Example{"1.5us"});
  table("process", &SwitchCosts::process, "One switch between two processes on one core.", Example{"2us"});
  table("wake_free_core", &SwitchCosts::wake_free_core, "From a futex wake until the thread runs on a free core.",
        Example{"30us"});
  table("wake_same_core", &SwitchCosts::wake_same_core, "From a futex wake until the thread runs on the waker's core.",
        Example{"3us"});
  table("wake_cpu", &SwitchCosts::wake_cpu, "CPU time of both threads for one wake to a free core.", Example{"9us"});
  table("stacked_wakes", &SwitchCosts::stacked_wakes,
        "Share of woken threads that stay on the core of a waker that computes on, although another core is free.",
        between(0, 1), Example{"5%"});
}

struct StartCosts {
  Measured<Duration> thread = assumed(Duration{});            // create and join a thread
  Measured<Duration> process = assumed(Duration{});           // fork, exec of a trivial program, wait
  Measured<Duration> fork = assumed(Duration{});              // fork and wait, no heap
  Measured<Duration> fork_per_mib = assumed(Duration{});      // more for each touched MiB
  Measured<Duration> copy_on_write_page = assumed(Duration{});  // first write to a shared page after the fork
};

template <class Table>
void describe(Table& table, const StartCosts*) {
  table("thread", &StartCosts::thread, "Creating and joining a thread.", Example{"20us"});
  table("process", &StartCosts::process, "Fork, exec of a trivial program, and its end.", Example{"700us"});
  table("fork", &StartCosts::fork, "Fork of a small process, and its end.", Example{"150us"});
  table("fork_per_mib", &StartCosts::fork_per_mib, "What each touched MiB of heap adds to a fork.", Example{"20us"});
  table("copy_on_write_page", &StartCosts::copy_on_write_page, "First write to a page that is shared after a fork.",
        Example{"1us"});
}

// A group that computes with more threads than its quota feeds.
struct QuotaBehaviour {
  std::string name;
  Cores quota{1.0};
  Count threads = 1;
  Measured<Fraction> share = assumed(Fraction{});             // CPU time used over that allowed; above 1 at most by slices
  Measured<Duration> throttled = assumed(Duration{});         // all threads stopped, per period of 100 ms
  Measured<Duration> run_length = assumed(Duration{});        // median between two stops
};

template <class Table>
void describe(Table& table, const QuotaBehaviour*) {
  table.key(&QuotaBehaviour::name);
  table("quota", &QuotaBehaviour::quota, "CPU quota in cores, period 100 ms.", required, above(0), Example{"0.5"});
  table("threads", &QuotaBehaviour::threads, "Threads that compute.", between(1, 4096));
  table("share", &QuotaBehaviour::share, "CPU time that the group got over what the quota allows.", between(0, 2));
  table("throttled", &QuotaBehaviour::throttled, "Time that the group stood still, per period of 100 ms.", Example{"50ms"});
  table("run_length", &QuotaBehaviour::run_length, "Time that it ran between two such stops.",
        Example{"50ms"});
}

struct HostProfile {
  std::string name;
  std::string description;
  Provenance provenance;
  Count cores = 1;
  Measured<Factor> speed = assumed(Factor{1.0});              // geometric mean of the yardstick
  Yardstick yardstick;
  CoreScaling scaling;
  SwitchCosts switches;
  StartCosts start;
  std::vector<QuotaBehaviour> quota;                          // YAML map
  Measured<Fraction> steal = assumed(Fraction{});             // of all cores' time during the measurement
};

template <class Table>
void describe(Table& table, const HostProfile*) {
  table("name", &HostProfile::name, "Name of the machine; absent: that of the file.");
  table("description", &HostProfile::description, "What the machine is, in a sentence.");
  table("provenance", &HostProfile::provenance, "How, when and where it was measured.");
  table("cores", &HostProfile::cores, "Cores of the machine.", required, between(1, 4096), Example{"2"});
  table("speed", &HostProfile::speed, "Speed of one core over that of the reference: geometric mean of the yardstick.",
        required, above_up_to(0, 1000), Example{"1.0"});
  table("yardstick", &HostProfile::yardstick, "The parts of the speed.");
  table("scaling", &HostProfile::scaling, "What further busy cores add.");
  table("switches", &HostProfile::switches, "Switching and waking threads.");
  table("start", &HostProfile::start, "Starting threads and processes.");
  table("quota", &HostProfile::quota, "What this kernel makes of a CPU quota, by name.", between(0, 100),
        Example{"{half-of-one: {quota: 0.5, threads: 1, share: 100%}}"});
  table("steal", &HostProfile::steal, "Share of the cores' time that the hypervisor took during the measurement.");
}

}  // namespace models
