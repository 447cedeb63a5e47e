// SPDX-License-Identifier: MIT
// A kernel is the measured work of one request: an ordered list of phases, each of which spends one budget.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/fields/field.hpp"
#include "models/fields/quantity.hpp"

namespace models {

// How the length of a phase varies from request to request.
enum class Shape { constant, exponential, lognormal, gamma, uniform, quantiles };
constexpr std::array<std::string_view, 6> words(Shape) {
  return {"constant", "exponential", "lognormal", "gamma", "uniform", "quantiles"};
}

struct QuantilePoint {
  Fraction probability;
  Duration value;
};

template <class Table>
void describe(Table& table, const QuantilePoint*) {
  table.key(&QuantilePoint::probability);
  table.shorthand("value");
  table("value", &QuantilePoint::value, "Time that this share of the requests does not exceed.", required);
}

// A distribution of a non-negative duration. YAML: `20ms` (mean; shape `constant`) or
// `{mean: 20ms, shape: lognormal, scv: 0.3}` or `{quantiles: {p10: 650us, p50: 980us, p99: 3ms}}`.
// Between two quantiles values are interpolated linearly; below the first and above the last the end value holds.
struct Distribution {
  Measured<Duration> mean = assumed(Duration{});  // unused when shape == quantiles
  Shape shape = Shape::constant;
  double scv = 1.0;                       // squared coefficient of variation, >= 0; lognormal and gamma only
  std::vector<QuantilePoint> quantiles;   // ascending in both columns; shape == quantiles only
};

template <class Table>
void describe(Table& table, const Distribution*) {
  table.shorthand("mean");
  table.exactly_one_of({"mean", "quantiles"});
  table("mean", &Distribution::mean, "Mean of the time.", Example{"930us"});
  table("shape", &Distribution::shape, "How the time varies from request to request.", Needs{"mean"});
  table("scv", &Distribution::scv, "Squared coefficient of variation.", between(0, 1e4),
        Needs{"shape", "lognormal|gamma"});
  table.alternative("quantiles", &Distribution::quantiles, &Distribution::shape, Shape::quantiles,
                    "Measured quantiles instead of a mean and a shape.", between(2, 100),
                    Example{"{p10: 650us, p50: 980us, p99: 3ms}"});
}

enum class PhaseKind { lock, cpu, wait };
constexpr std::array<std::string_view, 3> words(PhaseKind) { return {"lock", "cpu", "wait"}; }

// One step of a request. YAML: `{lock: 930us, releases: 10}`, `{cpu: 1ms}`,
// `{wait: 20ms, awaitable: true, pool: database}`: exactly one of lock, cpu, wait.
struct Phase {
  PhaseKind kind = PhaseKind::cpu;
  Distribution time;             // CPU time for lock and cpu, elapsed time for wait
  Measured<double> releases = assumed(0.0);  // lock: releases of the interpreter lock during the phase (socket calls and the like)
  bool awaitable = false;        // wait: true when an event loop can overlap it, false when it blocks its thread
  Measured<Duration> timer_resolution = assumed(Duration{});  // awaitable wait: it is a timer of the loop, which sleeps multiples of this
  std::string pool;              // wait: downstream pool a token of which is held meanwhile; empty for none
  Bytes memory;                  // live bytes for the duration of this phase
};

template <class Table>
void describe(Table& table, const Phase*) {
  table.exactly_one_of({"lock", "cpu", "wait"});
  table.alternative("lock", &Phase::time, &Phase::kind, PhaseKind::lock, "CPU time that needs the interpreter lock.",
                    Example{"930us"});
  table.alternative("cpu", &Phase::time, &Phase::kind, PhaseKind::cpu, "CPU time that does not need the lock.",
                    Example{"200us"});
  table.alternative("wait", &Phase::time, &Phase::kind, PhaseKind::wait, "Time that passes without using CPU.",
                    Example{"20ms"});
  table("releases", &Phase::releases,
        "Releases of the interpreter lock during the phase (socket calls and the like).", between(0, 1e6),
        Needs{"lock"}, Example{"10"});
  table("awaitable", &Phase::awaitable, "Whether an event loop can overlap the wait; false: it blocks its thread.",
        Needs{"wait"});
  table("timer_resolution", &Phase::timer_resolution,
        "The wait is a timer of the event loop, which sleeps whole multiples of this (asyncio and Node: 1ms), so that "
        "timers that come due meanwhile run together; 0s: it ends when it is due, as answers of a database do.",
        Needs{"awaitable"}, Example{"1ms"});
  table("pool", &Phase::pool, "Downstream pool of which a token is held during the wait.", Needs{"wait"},
        Example{"database"});
  table("memory", &Phase::memory, "Live bytes for the duration of the phase; worker threads keep them for the next request.",
        Example{"2MiB"});
}

// What a kernel does to memory where it differs from what the profile's `memory` says of every kernel: one kernel may
// write to a heap that the others only read, or leak.
struct KernelMemory {
  std::optional<Measured<Fraction>> never_unshared;  // share of shared_heap that stays shared whatever this kernel does
  std::optional<Measured<double>> decay_requests;    // of this kernel, > 0
  std::optional<Measured<Bytes>> growth;             // leak per request of this kernel
};

template <class Table>
void describe(Table& table, const KernelMemory*) {
  table("never_unshared", &KernelMemory::never_unshared,
        "Share of the shared heap that stays shared for ever if only this kernel is asked for; absent: the profile's.",
        Example{"20%"});
  table("decay_requests", &KernelMemory::decay_requests,
        "Requests of this kernel after which all but 1/e of what it unshares is private; absent: the profile's.", above(0));
  table("growth", &KernelMemory::growth,
        "Memory that a process keeps per request of this kernel (a leak); absent: the profile's.", Example{"16KiB"});
}

struct Kernel {
  std::string name;
  std::string help;
  std::vector<Phase> phases;     // at least one
  Measured<double> cold_factor = assumed(0.0);  // CPU time on cold caches more than on warm ones, as a share of these, 0..100
  KernelMemory memory;
};

template <class Table>
void describe(Table& table, const Kernel*) {
  table.key(&Kernel::name);
  table("help", &Kernel::help, "What the kernel does, in a sentence.");
  table("phases", &Kernel::phases, "What a request spends, in order.", required, between(1, 1000),
        Example{"[{lock: 930us, releases: 10}]"});
  table("cold_factor", &Kernel::cold_factor,
        "By how much the CPU time grows on cold caches: 1.5 is two and a half times that on warm ones.",
        between(0, 100), Example{"1.5"});
  table("memory", &Kernel::memory, "What the kernel does to memory, where it differs from the profile's `memory`.");
}

}  // namespace models
