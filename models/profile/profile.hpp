// SPDX-License-Identifier: MIT
// A profile: everything measured about one application under one interpreter on one host.
// Each number carries its basis (models/fields/quantity.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/fields/field.hpp"
#include "models/fields/quantity.hpp"
#include "models/workload/kernel.hpp"

namespace models {

struct Provenance {
  std::string command;                   // how it was measured
  std::string date;                      // ISO 8601
  std::string machine;
  std::string operating_system;
  std::string interpreter;
  std::string data;                      // file with the recorded runs
  std::vector<std::string> fitted_from;  // ids of the runs the numbers were fitted from; only other runs are scored
};

template <class Table>
void describe(Table& table, const Provenance*) {
  table("command", &Provenance::command, "How it was measured.");
  table("date", &Provenance::date, "When, ISO 8601.", Example{"2026-11-22"});
  table("machine", &Provenance::machine, "Where: processor, cores, memory.");
  table("operating_system", &Provenance::operating_system, "Kernel and cgroup version.");
  table("interpreter", &Provenance::interpreter, "Interpreter and how it was built.", Example{"CPython 3.13.15"});
  table("data", &Provenance::data, "File with the recorded runs.");
  table("fitted_from", &Provenance::fitted_from, "Runs that the numbers were fitted from; only others are scored.",
        between(0, 10000));
}

// The interpreter lock. `present: false` is a free-threaded build or a runtime without one.
struct InterpreterLock {
  bool present = true;
  Measured<Duration> switch_interval = assumed(Duration{0.005});    // a waiter may force a switch after this, > 0 (CPython: 5 ms)
  Measured<Duration> handover_cpu = assumed(Duration{});       // CPU time that one hand-over costs, >= 0
  Measured<Duration> handover_lock = assumed(Duration{});      // time that one hand-over keeps the lock busy, >= 0
};

template <class Table>
void describe(Table& table, const InterpreterLock*) {
  table("present", &InterpreterLock::present, "false: a free-threaded build, or a runtime without such a lock.");
  table("switch_interval", &InterpreterLock::switch_interval, "A waiter may force a switch after this.", above(0));
  table("handover_cpu", &InterpreterLock::handover_cpu, "CPU time that one hand-over costs.", Example{"30us"});
  table("handover_lock", &InterpreterLock::handover_lock, "Time that one hand-over keeps the lock busy.",
        Example{"26us"});
}

// Threads of one process that compute at the same time: CPU per request is multiplied by
// single_thread_cost * (1 + contention (k - 1) + coherency k (k - 1)) with k computing threads
// (Universal Scalability Law, N. Gunther).
struct ThreadCosts {
  Measured<Factor> single_thread_cost = assumed(Factor{1.0});   // CPU of this build over that of the build the kernels were measured on, > 0
  Measured<double> contention = assumed(0.0);           // USL sigma, 0..1
  Measured<double> coherency = assumed(0.0);            // USL kappa, 0..1
  Measured<Fraction> starvation = assumed(Fraction{});         // share of requests that starve while a process has more runnable threads than cores
  Measured<Duration> starvation_delay = assumed(Duration{});   // mean extra delay of such a request, exponential
};

template <class Table>
void describe(Table& table, const ThreadCosts*) {
  table("single_thread_cost", &ThreadCosts::single_thread_cost,
        "CPU time of this build over that of the build the kernels were measured on.", above_up_to(0, 1000),
        Example{"1.03..1.15"});
  table("contention", &ThreadCosts::contention,
        "Universal Scalability Law, sigma: CPU per request grows by this share for each further computing thread.",
        between(0, 1), Example{"0..0.05"});
  table("coherency", &ThreadCosts::coherency,
        "Universal Scalability Law, kappa: CPU per request grows by this share for each pair of computing threads.",
        between(0, 1));
  table("starvation", &ThreadCosts::starvation,
        "Share of requests that starve while a process has more runnable threads than cores.", Example{"0.7%"});
  table("starvation_delay", &ThreadCosts::starvation_delay, "Mean extra delay of such a request.", Example{"60ms"});
}

// Accepting and polling.
struct AcceptCosts {
  Measured<Duration> poller_cpu = assumed(Duration{});         // CPU of the poller thread per request (servers with a poller), needs the lock if there is one
  Measured<Duration> handoff_cpu = assumed(Duration{});        // CPU that a request costs more when the poller has to wake a worker for it
  Measured<Duration> connection_cpu = assumed(Duration{});     // CPU of accepting and closing one connection, in a worker
  Measured<Duration> primary_cpu = assumed(Duration{});        // CPU of the primary process per connection (servers with one)
  Measured<Duration> wakeup_cpu = assumed(Duration{});         // CPU spent in each idle process that an arrival wakes in vain
  Measured<Fraction> stickiness = assumed(Fraction{});         // chance that a connection of a burst goes where the one before it went, rather than to a process at random
};

template <class Table>
void describe(Table& table, const AcceptCosts*) {
  table("poller_cpu", &AcceptCosts::poller_cpu, "CPU time of the poller thread per request.", Example{"90us"});
  table("handoff_cpu", &AcceptCosts::handoff_cpu,
        "CPU time that a request costs more when the poller has to wake a worker for it.", Example{"60us"});
  table("connection_cpu", &AcceptCosts::connection_cpu, "CPU time of accepting and closing a connection.",
        Example{"150us"});
  table("primary_cpu", &AcceptCosts::primary_cpu,
        "CPU time of the process that accepts a connection for all workers and hands it to one of them.",
        Example{"50us"});
  table("wakeup_cpu", &AcceptCosts::wakeup_cpu, "CPU time in each idle process that an arrival wakes in vain.",
        Example{"20us"});
  table("stickiness", &AcceptCosts::stickiness,
        "Chance that a connection of a burst goes to the process that took the one before it.", Example{"30%"});
}

// How fast the processor's caches warm up and cool down for a container (models/runtime/cache_warmth.hpp). Used by kernels
// that have a cold_factor.
struct CacheCosts {
  Measured<Duration> cooling = assumed(Duration{0.01});    // time without computing after which all but 1/e of the data are gone, > 0
  Measured<Duration> warming = assumed(Duration{0.004});   // CPU time after which all but 1/e of the data are back, > 0
};

template <class Table>
void describe(Table& table, const CacheCosts*) {
  table("cooling", &CacheCosts::cooling,
        "Time without computing after which the caches hold only 1/e of what a container works on.",
        above_up_to(0, 1000), Example{"12ms"});
  table("warming", &CacheCosts::warming, "CPU time after which all but 1/e of that is back in the caches.",
        above_up_to(0, 1000), Example{"4ms"});
}

// Memory as the cgroup charges it (design of the parts: Linux admin-guide/cgroup-v2.rst; preload decay is measured).
struct MemoryCosts {
  Measured<Bytes> container = assumed(Bytes{});             // once per container: arbiter or master process, files first touched here
  bool parent_of_one = true;                                // false: a single worker process runs without a master, and without `container`
  Measured<Bytes> process = assumed(Bytes{});               // private to a worker process that has answered its first requests, without preload
  Measured<Bytes> shared_heap = assumed(Bytes{});           // part of `process` that preload keeps shared after fork
  Measured<Bytes> held_by_master = assumed(Bytes{});        // part of shared_heap that the master has without preload, too
  Measured<Fraction> unshared_at_once = assumed(Fraction{});   // f: share of shared_heap copied right after fork, 0..1
  Measured<Fraction> never_unshared = assumed(Fraction{});     // g: share of shared_heap that stays shared for ever, 0..1, f + g <= 1
  Measured<double> decay_requests = assumed(1000.0);       // n0: requests after which 1 - 1/e of the rest is private, > 0
  Measured<Bytes> thread = assumed(Bytes{});                // arena and touched stack of one more thread
  Measured<Bytes> interpreter = assumed(Bytes{});           // one more subinterpreter in a process
  Measured<Bytes> request = assumed(Bytes{});               // live bytes of a request in flight; worker threads keep them for the next
  Measured<Bytes> growth = assumed(Bytes{});                // leak per request served
  Measured<Bytes> survivor = assumed(Bytes{});              // growth per request that ends while others are in flight in its process
  Measured<Bytes> connection = assumed(Bytes{});            // growth per connection opened
  Measured<Bytes> kernel_per_process = assumed(Bytes{});    // kernel memory: page tables, stacks, task structs
  Measured<Bytes> files_outside = assumed(Bytes{});         // file pages mapped but charged to somebody else: part of PSS, not of the charge
};

template <class Table>
void describe(Table& table, const MemoryCosts*) {
  table("container", &MemoryCosts::container, "Once per container: master process and files first touched here.",
        Example{"20MiB"});
  table("parent_of_one", &MemoryCosts::parent_of_one,
        "Whether a single worker process has a master, too; false: `container` is charged beside several only.");
  table("process", &MemoryCosts::process, "Private memory of a worker process that has answered its first requests, without preload.",
        Example{"45MiB"});
  table("shared_heap", &MemoryCosts::shared_heap, "Part of `process` that preload keeps shared after the fork.",
        Example{"30MiB"});
  table("held_by_master", &MemoryCosts::held_by_master,
        "Part of the shared heap that the master process holds without preload, too: `container` counts it already.",
        Example{"3MiB"});
  table("unshared_at_once", &MemoryCosts::unshared_at_once, "Share of the shared heap that is copied right after the fork.");
  table("never_unshared", &MemoryCosts::never_unshared,
        "Share of the shared heap that stays shared for ever; a kernel's `memory` may say otherwise.");
  table("decay_requests", &MemoryCosts::decay_requests,
        "Requests after which all but 1/e of the rest of the shared heap is private.", above(0));
  table("thread", &MemoryCosts::thread, "Arena and touched stack of one more thread.", Example{"300KiB"});
  table("interpreter", &MemoryCosts::interpreter, "One more subinterpreter in a process.", Example{"12MiB"});
  table("request", &MemoryCosts::request, "Live bytes of a request in flight; worker threads keep them for the next one.", Example{"200KiB"});
  table("growth", &MemoryCosts::growth, "Memory that a process keeps per request served (a leak).", Example{"100B"});
  table("survivor", &MemoryCosts::survivor,
        "What a collected heap grows by per request that ends while others are in flight in its process, and survive.",
        Example{"1KiB"});
  table("connection", &MemoryCosts::connection, "What a collected heap grows by per connection opened.", Example{"2KiB"});
  table("kernel_per_process", &MemoryCosts::kernel_per_process,
        "Kernel memory of a process: page tables, stacks, task structures.", Example{"400KiB"});
  table("files_outside", &MemoryCosts::files_outside,
        "File pages that are mapped here but charged elsewhere: part of PSS, not of the charge.");
}

struct SpawnCosts {
  Measured<Duration> cpu = assumed(Duration{});                // CPU time from fork or exec until the worker serves
  Measured<Duration> wait = assumed(Duration{});               // time in it that uses no CPU
};

template <class Table>
void describe(Table& table, const SpawnCosts*) {
  table("cpu", &SpawnCosts::cpu, "CPU time from fork or exec until the worker serves.", Example{"400ms"});
  table("wait", &SpawnCosts::wait, "Time in it that uses no CPU.", Example{"50ms"});
}

// The program that made the measured load. It costs CPU time on cores that it shares with the server.
struct LoadGeneratorCosts {
  Measured<Duration> cpu = assumed(Duration{});                // per request on a connection that stays open
  Measured<Duration> connect_cpu = assumed(Duration{});        // more of it for each new connection
  Measured<Duration> open_cpu = assumed(Duration{});           // more of it for each request of open arrivals
};

template <class Table>
void describe(Table& table, const LoadGeneratorCosts*) {
  table("cpu", &LoadGeneratorCosts::cpu, "CPU time of the measuring load generator per request.", Example{"60us"});
  table("connect_cpu", &LoadGeneratorCosts::connect_cpu, "More of it for each new connection.", Example{"60us"});
  table("open_cpu", &LoadGeneratorCosts::open_cpu,
        "More of it for each request of open arrivals: the generator is woken when it is due and when it is answered.",
        Example{"25us"});
}

struct MeasuredHost {
  std::string file;                      // host profile (models/profile/host_profile.hpp) that fills what is not written
  std::string name;
  Count cores = 1;                       // cores that the measurement had; more is extrapolation
  std::vector<double> scaling;           // throughput of k busy cores over one; empty: perfect
  std::optional<Factor> speed;           // of a core, over the reference; absent: the profile cannot be carried elsewhere
};

template <class Table>
void describe(Table& table, const MeasuredHost*) {
  table("file", &MeasuredHost::file, "Host profile, relative to the file that names it: fills what is not written here.",
        Example{"my.host.yaml"});
  table("name", &MeasuredHost::name, "Name of the machine.");
  table("cores", &MeasuredHost::cores, "Cores that the measurement had; more is extrapolation.", between(1, 4096));
  table("scaling", &MeasuredHost::scaling,
        "Throughput of 1, 2, ... busy cores over that of one, for every core; absent: perfect.", between(1, 4096),
        Example{"[1.0, 1.94]"});
  table("speed", &MeasuredHost::speed,
        "Speed of one core over that of the reference; needed to carry the profile to another host.",
        above_up_to(0, 1000), Example{"1.0"});
}

struct Profile {
  std::string name;
  std::string description;
  Basis basis = Basis::assumed;          // of every number that states none of its own
  Provenance provenance;
  MeasuredHost host;
  InterpreterLock lock;
  ThreadCosts threads;
  AcceptCosts accept;
  CacheCosts caches;
  MemoryCosts memory;
  SpawnCosts spawn;
  LoadGeneratorCosts load_generator;     // documents the measurement; a scenario's own is `service.client`
  std::vector<Kernel> kernels;           // YAML map name -> kernel; at least one
  Measured<Duration> loop_cpu = assumed(Duration{});           // event loop: CPU of the loop per request beside the kernel's own
  Measured<Duration> interpreter_call = assumed(Duration{});   // subinterpreters: CPU of handing one request to another interpreter
};

template <class Table>
void describe(Table& table, const Profile*) {
  table("name", &Profile::name, "Name in tables; absent: the key under `profiles`.");
  table("description", &Profile::description, "What was measured, in a sentence.");
  table("basis", &Profile::basis,
        "Where the numbers come from that do not say so themselves; absent: measured if the file has a "
        "`provenance`, else assumed.",
        default_basis, input_only);
  table("provenance", &Profile::provenance, "How, when and where it was measured.");
  table("host", &Profile::host, "The machine of the measurement.");
  table("lock", &Profile::lock, "The interpreter lock.");
  table("threads", &Profile::threads, "Threads of one process that compute at the same time.");
  table("accept", &Profile::accept, "Accepting and polling.");
  table("caches", &Profile::caches, "Caches that cool down while nothing computes.");
  table("memory", &Profile::memory, "Memory as the cgroup charges it.");
  table("spawn", &Profile::spawn, "Starting a worker.");
  table("load_generator", &Profile::load_generator,
        "What the program cost that made the measured load; `service.client` says what a scenario's own costs.");
  table("kernels", &Profile::kernels, "The measured work of one request, by name.", required, between(1, 100),
        Example{"{json: {phases: [{lock: 930us}]}}"});
  table("loop_cpu", &Profile::loop_cpu, "Event loop: CPU time of the loop per request beside the kernel's own.");
  table("interpreter_call", &Profile::interpreter_call,
        "Subinterpreters: CPU time of handing a request to another interpreter.");
}

}  // namespace models
