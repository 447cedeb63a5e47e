// SPDX-License-Identifier: MIT
// What the users of a service do: how requests arrive, over which connections, and what they put up with.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/fields/quantity.hpp"

namespace models {

enum class ArrivalProcess { poisson, deterministic, gamma, mmpp, diurnal };

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
  std::optional<Count> connections;      // closed: clients that wait for each answer before they ask again, 1..1,000,000
  Duration think_time{0.0};              // closed: mean pause of a client between answer and next request, exponential, >= 0
  std::optional<Count> tasks;            // batch: tasks that all wait at time zero, 1..100,000,000
  std::optional<std::string> trace;      // CSV file, one arrival time in seconds per line; relative to the scenario file
  std::vector<double> trace_times;       // filled by the reader from `trace`, ascending, not a YAML field
};

enum class Balancer { random, round_robin, least_request };

// Promises to users; an absent one is not checked.
struct Slo {
  std::optional<Duration> mean;
  std::optional<Duration> p50;
  std::optional<Duration> p95;
  std::optional<Duration> p99;
  std::optional<Fraction> errors;        // lost requests / all requests
};

// The load generator, when it is a program on the same node that competes for its cores.
struct Client {
  Duration cpu{0.0};                     // CPU time of the generator per request, one thread; 0: it runs elsewhere
  Duration connect_cpu{0.0};             // more of it for each new connection
};

struct MixEntry {
  std::string kernel;
  double weight = 1.0;                   // > 0
};

struct Service {
  Load load;
  bool keep_alive = true;                // false: a new connection for every request
  Balancer balancer = Balancer::random;
  Slo slo;
  std::string kernel;                    // name of the kernel; may be empty when the profile has exactly one, or mix is given
  std::vector<MixEntry> mix;             // YAML map `mix: {json: 3, wait: 1}`; excludes `kernel`
  Duration timeout = Duration::infinite();  // a client gives up after this; YAML absent: never
  Count retries = 0;                     // how often a client asks again after a refusal or timeout, 0..10
  Duration network{0.0};                 // round trip between client and container, >= 0
  Client client;
  std::vector<Count> connection_split;   // forces how connections spread over processes, e.g. [5, 3]; empty: as the server does
};

}  // namespace models
