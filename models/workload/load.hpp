// SPDX-License-Identifier: MIT
// What the users of a service do: how requests arrive, over which connections, and what they put up with.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/fields/field.hpp"
#include "models/fields/quantity.hpp"

namespace models {

enum class ArrivalProcess { poisson, deterministic, gamma, mmpp, diurnal };
constexpr std::array<std::string_view, 5> words(ArrivalProcess) {
  return {"poisson", "deterministic", "gamma", "mmpp", "diurnal"};
}

// Exactly one of rate, connections, tasks and trace is set: open, closed, batch and trace workloads.
// YAML: `300/s`, or `{open: 300/s, arrivals: gamma, scv: 4}`, `{connections: 8, think_time: 100ms}`,
// `{tasks: 1000}`, `{trace: arrivals.csv}`.
struct Load {
  std::optional<Rate> open;              // mean arrival rate of the whole service, > 0
  ArrivalProcess arrivals = ArrivalProcess::poisson;
  double scv = 4.0;                      // gamma: squared coefficient of variation of the time between arrivals, > 0
  Factor burst_factor{5.0};              // mmpp: rate in a burst over the rate outside it, > 1
  Duration burst_length{1.0};            // mmpp: mean length of a burst, > 0
  Duration burst_every{20.0};            // mmpp: mean time from one burst's start to the next, > burst_length
  Fraction amplitude{0.5};               // diurnal: rate(t) = open * (1 - amplitude * cos(2 pi t / day)), 0..1
  Duration day{86400.0};                 // diurnal: period, > 0
  std::optional<Count> connections;      // closed: clients that wait for each answer before they ask again, 1..100,000
  Duration think_time{0.0};              // closed: mean pause of a client between answer and next request, exponential, >= 0
  std::optional<Count> tasks;            // batch: tasks that all wait at time zero, 1..100,000,000
  std::optional<std::string> trace;      // CSV file, one arrival time in seconds per line; relative to the scenario file
  std::vector<double> trace_times;       // filled by the reader from `trace`, ascending, not a YAML field
};

template <class Table>
void describe(Table& table, const Load*) {
  table.shorthand("open");
  table.exactly_one_of({"open", "connections", "tasks", "trace"});
  table("open", &Load::open, "Mean rate at which requests arrive at the whole service, whether it keeps up or not.",
        above(0), Example{"300/s"});
  table("arrivals", &Load::arrivals, "How requests are spread over time.", Needs{"open"});
  table("scv", &Load::scv, "Squared coefficient of variation of the time between two arrivals; 1 is Poisson.",
        above_up_to(0, 1e4), Needs{"arrivals", "gamma"});
  table("burst_factor", &Load::burst_factor, "Arrival rate within a burst over the rate outside it.",
        above_up_to(1, 1e4), Needs{"arrivals", "mmpp"});
  table("burst_length", &Load::burst_length, "Mean length of a burst.", above(0), Needs{"arrivals", "mmpp"});
  table("burst_every", &Load::burst_every, "Mean time from the start of a burst to the start of the next.", above(0),
        Needs{"arrivals", "mmpp"});
  table("amplitude", &Load::amplitude, "Swing of the daily curve: 0 is flat, 1 reaches zero at night.",
        Needs{"arrivals", "diurnal"});
  table("day", &Load::day, "Length of the daily curve.", above(0), Needs{"arrivals", "diurnal"});
  table("connections", &Load::connections,
        "Clients that wait for each answer before they ask again (a closed loop).", between(1, 100'000),
        Example{"8"});
  table("think_time", &Load::think_time, "Mean pause of a client between an answer and its next request.",
        Needs{"connections"});
  table("tasks", &Load::tasks, "Tasks that all wait at time zero (a batch).", between(1, 100'000'000),
        Example{"1000"});
  table("trace", &Load::trace,
        "CSV file with one arrival time in seconds per line, relative to the file that names it.",
        Example{"arrivals.csv"});
}

enum class Balancer { random, round_robin, least_request };
constexpr std::array<std::string_view, 3> words(Balancer) { return {"random", "round_robin", "least_request"}; }

// Promises to users; an absent one is not checked.
struct Slo {
  std::optional<Duration> mean;
  std::optional<Duration> p50;
  std::optional<Duration> p95;
  std::optional<Duration> p99;
  std::optional<Fraction> errors;        // lost requests / all requests
  std::optional<Fraction> cpu;           // CPU used / CPU limit, and busy cores / cores of the node
  std::optional<Fraction> memory;        // most memory ever charged / memory limit
};

template <class Table>
void describe(Table& table, const Slo*) {
  table("mean", &Slo::mean, "Highest mean latency.", above(0), Example{"80ms"});
  table("p50", &Slo::p50, "Highest latency that half of the requests may see.", above(0), Example{"50ms"});
  table("p95", &Slo::p95, "Highest latency that 95 % of the requests may see.", above(0), Example{"150ms"});
  table("p99", &Slo::p99, "Highest latency that 99 % of the requests may see.", above(0), Example{"250ms"});
  table("errors", &Slo::errors, "Highest share of requests that may be lost.", Example{"0.1%"});
  table("cpu", &Slo::cpu, "Highest share of the CPU limit, and of the node's cores, that may be in use.",
        Example{"70%"});
  table("memory", &Slo::memory, "Highest share of the memory limit that may ever be charged.", Example{"80%"});
}

// The load generator, when it is a program on the same node that competes for its cores.
struct Client {
  Duration cpu{0.0};                     // CPU time of the generator per request, one thread; 0: it runs elsewhere
  Duration connect_cpu{0.0};             // more of it for each new connection
};

template <class Table>
void describe(Table& table, const Client*) {
  table("cpu", &Client::cpu, "CPU time of the load generator per request, on the same cores; 0s: it runs elsewhere.",
        Example{"60us"});
  table("connect_cpu", &Client::connect_cpu, "More of it for each new connection.", Example{"40us"});
}

struct MixEntry {
  std::string kernel;
  double weight = 1.0;                   // > 0
};

template <class Table>
void describe(Table& table, const MixEntry*) {
  table.key(&MixEntry::kernel);
  table.shorthand("weight");
  table("weight", &MixEntry::weight, "Share of the requests that run this kernel, relative to the other weights.",
        above(0));
}

enum class MixBy { request, connection };
constexpr std::array<std::string_view, 2> words(MixBy) { return {"request", "connection"}; }

struct Service {
  Load load;
  bool keep_alive = true;                // false: a new connection for every request
  Balancer balancer = Balancer::random;
  Slo slo;
  std::string kernel;                    // name of the kernel; may be empty when the profile has exactly one, or mix is given
  std::vector<MixEntry> mix;             // YAML map `mix: {json: 3, wait: 1}`; excludes `kernel`
  MixBy mix_by = MixBy::request;         // connection: each connection of a closed load runs one kernel for ever
  Duration timeout = Duration::infinite();  // a client gives up after this; YAML absent: never
  Count retries = 0;                     // how often a client asks again after a refusal or timeout, 0..10
  Duration network{0.0};                 // round trip between client and container, >= 0
  Client client;
  std::vector<Count> connection_split;   // forces how connections spread over processes, e.g. [5, 3]; empty: as the server does
};

template <class Table>
void describe(Table& table, const Service*) {
  table.at_most_one_of({"kernel", "mix"});
  table("load", &Service::load, "How requests arrive: a rate, or a map for closed, batch and trace loads.", required,
        Example{"300/s"});
  table("keep_alive", &Service::keep_alive, "Whether clients keep their connections; false: a new one per request.");
  table("balancer", &Service::balancer, "How requests or connections are spread over the replicas.");
  table("slo", &Service::slo, "Promises to users that every deployment is judged by.",
        Example{"{p99: 250ms, errors: 0.1%}"});
  table("kernel", &Service::kernel, "Kernel of the profile that a request runs; not needed if there is only one.",
        Example{"json"});
  table("mix", &Service::mix, "Weights of several kernels.", between(1, 100), Example{"{json: 3, wait: 1}"});
  table("mix_by", &Service::mix_by,
        "Whether each request draws its kernel, or the connections of a closed load are shared out over the kernels.",
        Needs{"mix"});
  table("timeout", &Service::timeout, "A client gives up after this; absent: never.", above(0), Example{"30s"});
  table("retries", &Service::retries, "How often a client asks again after a refusal or a timeout.", between(0, 10));
  table("network", &Service::network, "Round trip between client and container.", Example{"500us"});
  table("client", &Service::client, "The load generator, when it competes for the same cores.");
  table("connection_split", &Service::connection_split,
        "Forces how the connections spread over the processes; absent: as the server does it.", between(1, 4096),
        Example{"[5, 3]"});
}

}  // namespace models
