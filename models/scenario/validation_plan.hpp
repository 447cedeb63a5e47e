// SPDX-License-Identifier: MIT
// What `forkcast validate` measures and predicts: subjects (services under test) and cases (what is run of them), or
// a set of recorded runs instead of cases, with the accuracy that was reached on it.
// Invariant: after reading, every field that may be a list holds one value; lists have become one case for each
// combination (models/scenario/validation_reader.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/fields/field.hpp"
#include "models/fields/quantity.hpp"
#include "models/runtime/server.hpp"

namespace models {

// How a kernel of the profile is asked for.
struct KernelRequest {
  std::string kernel;
  std::string path = "/";
  std::string method = "GET";
  std::vector<std::string> headers;
  std::string body;
};

template <class Table>
void describe(Table& table, const KernelRequest*) {
  table.key(&KernelRequest::kernel);
  table.shorthand("path");
  table("path", &KernelRequest::path, "Path and query of the request.", Example{"/json"});
  table("method", &KernelRequest::method, "Method of the request.");
  table("headers", &KernelRequest::headers, "Headers beside those that every request has.",
        Example{"['Accept: text/html']"});
  table("body", &KernelRequest::body, "Body of the request.");
}

// A service under test: an application under its interpreter and server.
struct ValidationSubject {
  std::string name;
  std::string group;                     // deployments of one group are ranked against each other; empty: the subject itself
  std::string command;
  std::string preload_argument = "--preload";
  std::vector<KernelRequest> kernels;
  std::string profile;                   // file, resolved
  std::string server;
  Duration ready_timeout{30.0};
  Duration stop_timeout{5.0};
};

inline std::vector<Choice> validation_server_choices() {
  std::vector<Choice> choices;
  for (const ServerInfo& server : servers()) choices.push_back({server.name, server.help});
  return choices;
}

template <class Table>
void describe(Table& table, const ValidationSubject*) {
  table.key(&ValidationSubject::name);
  table("group", &ValidationSubject::group,
        "Subjects of one group are the same service: their deployments are ranked against each other. Absent: its own.",
        Example{"shop"});
  table("command", &ValidationSubject::command,
        "Shell command that starts the server in the foreground, with {port} and, where it can vary them, {processes}, "
        "{threads} and {preload}.",
        Example{"gunicorn app:app -b 127.0.0.1:{port} -w {processes} -k gthread --threads {threads} {preload}"});
  table("preload_argument", &ValidationSubject::preload_argument, "What {preload} is replaced by in cases that preload.");
  table("kernels", &ValidationSubject::kernels, "The request that each kernel of the profile is asked by.",
        between(1, 100), Example{"{json: /json}"});
  table("profile", &ValidationSubject::profile, "Profile that predicts the subject, relative to this file.",
        Example{"shop.profile.yaml"});
  table("server", &ValidationSubject::server,
        "Server of the table of servers that it is; absent: what the recorded run says, or --probe recognises.",
        Choices{validation_server_choices}, Example{"gunicorn_gthread"});
  table("ready_timeout", &ValidationSubject::ready_timeout, "Time that the server may take until it answers.",
        above_up_to(0, 3600));
  table("stop_timeout", &ValidationSubject::stop_timeout, "Time that it may take to end before it is killed.",
        above_up_to(0, 600));
}

// One configuration that is measured and predicted.
struct PlannedCase {
  std::string subject;
  std::string kernel;
  Count processes = 1;
  Count threads = 1;
  std::optional<Cores> cpu;
  std::optional<Bytes> memory;
  std::optional<Count> cores;
  bool preload = false;
  std::optional<Count> connections;
  bool keep_alive = true;
  std::optional<Rate> rate;
  std::optional<Fraction> rate_of_capacity;
};

template <class Table>
void describe(Table& table, const PlannedCase*) {
  table.at_most_one_of({"rate", "rate_of_capacity"});
  table("subject", &PlannedCase::subject, "Subject that is measured.", required, one_or_more, Example{"shop"});
  table("kernel", &PlannedCase::kernel, "Kernel that the requests run; absent: the only one of the subject.", one_or_more,
        Example{"json"});
  table("processes", &PlannedCase::processes, "Worker processes.", between(1, 4096), one_or_more);
  table("threads", &PlannedCase::threads, "Threads of each process.", between(1, 65536), one_or_more);
  table("cpu", &PlannedCase::cpu, "CPU quota; absent or null: none.", above(0), one_or_more, Example{"1.5"});
  table("memory", &PlannedCase::memory, "Memory limit; absent or null: none.", between(1024 * 1024, 1e15), one_or_more,
        Example{"256MiB"});
  table("cores", &PlannedCase::cores, "Cores that the server may run on; absent or null: all.", between(1, 4096),
        one_or_more, Example{"1"});
  table("preload", &PlannedCase::preload, "Import the application before the workers are forked.", one_or_more);
  table("connections", &PlannedCase::connections,
        "Clients of a closed loop without think time, or most connections at once of open arrivals; absent: 8 or 512.",
        between(1, 100'000), one_or_more, Example{"8"});
  table("keep_alive", &PlannedCase::keep_alive, "Whether clients keep their connections; false: a new one per request.",
        one_or_more);
  table("rate", &PlannedCase::rate, "Open Poisson arrivals instead of a closed loop.", above(0), one_or_more,
        Example{"300/s"});
  table("rate_of_capacity", &PlannedCase::rate_of_capacity,
        "Open Poisson arrivals at this share of the throughput that the closed case of the same deployment was measured at.",
        above_up_to(0, 1), one_or_more, Example{"70%"});
}

// Equal but for the load.
inline bool same_deployment(const PlannedCase& a, const PlannedCase& b) {
  return a.subject == b.subject && a.kernel == b.kernel && a.processes == b.processes && a.threads == b.threads &&
         a.cpu == b.cpu && a.memory == b.memory && a.cores == b.cores && a.preload == b.preload &&
         a.keep_alive == b.keep_alive;
}

// What a case must have before its error counts.
struct ScoringRule {
  Count repeats = 5;
  Duration window{5.0};
  Count requests = 2000;
};

template <class Table>
void describe(Table& table, const ScoringRule*) {
  table("repeats", &ScoringRule::repeats, "Fewer measured windows of a case are not scored.", between(1, 1000));
  table("window", &ScoringRule::window, "Shorter windows are not scored.", above_up_to(0, 86400));
  table("requests", &ScoringRule::requests, "Windows with fewer answers are not scored.", between(0, 1e9));
}

// How the runs were recorded. separate_warm_up: the load generator that warmed the server up was stopped and its last
// requests were still being served when the measured one began.
enum class Recording { continuous, separate_warm_up };
constexpr std::array<std::string_view, 2> words(Recording) { return {"continuous", "separate_warm_up"}; }

// Relative errors that were reached on a set of recorded runs; a replay fails when they get worse.
struct ErrorBound {
  std::optional<Fraction> median;        // over the scored cases
  std::optional<Fraction> worst;         // of any of them
};

template <class Table>
void describe(Table& table, const ErrorBound*) {
  table("median", &ErrorBound::median, "The median error over the scored cases is at most this.", between(0, 100),
        Example{"3%"});
  table("worst", &ErrorBound::worst, "The error of no scored case is above this.", between(0, 100), Example{"10%"});
}

struct AccuracyBounds {
  ErrorBound throughput, latency_p50, latency_p99, cpu_per_request, memory_charge, memory_pss;
  std::optional<Fraction> ranking;
};

template <class Table>
void describe(Table& table, const AccuracyBounds*) {
  table("throughput", &AccuracyBounds::throughput, "Requests answered per second, closed loops only.");
  table("latency_p50", &AccuracyBounds::latency_p50, "Median latency.");
  table("latency_p99", &AccuracyBounds::latency_p99, "The latency that one request in a hundred exceeds.");
  table("cpu_per_request", &AccuracyBounds::cpu_per_request, "CPU time of the server per request.");
  table("memory_charge", &AccuracyBounds::memory_charge, "What the cgroup was charged.");
  table("memory_pss", &AccuracyBounds::memory_pss, "Sum of the PSS of the server's processes.");
  table("ranking", &AccuracyBounds::ranking,
        "Share of comparisons in which the measured best deployment is predicted best or tied, at least.",
        Example{"90%"});
}

struct ValidationPlan {
  std::string file;                      // as the user named it
  std::string description;
  std::vector<ValidationSubject> subjects;
  std::vector<PlannedCase> cases;        // lists spelt out, in file order
  std::string runs;                      // file of recorded runs, resolved
  Recording recording = Recording::continuous;
  Count repeats = 5;
  Duration window{5.0};
  Duration warm_up{1.0};
  Duration longest_window{60.0};
  Count retries = 3;
  ScoringRule scored;
  AccuracyBounds bounds;
};

template <class Table>
void describe(Table& table, const ValidationPlan*) {
  table("description", &ValidationPlan::description, "What is validated, in a sentence.");
  table("subjects", &ValidationPlan::subjects, "Services under test, by name.", required, between(1, 100),
        Example{"{shop: {command: ..., kernels: {json: /json}, profile: shop.profile.yaml}}"});
  table("cases", &ValidationPlan::cases,
        "Configurations; a list of values in one stands for a case each, several lists for every combination.",
        between(0, 1000), Example{"[{subject: shop, processes: [1, 2, 4], cpu: [0.5, null]}]"});
  table("runs", &ValidationPlan::runs, "Recorded runs, one JSON object a line, relative to this file.",
        Example{"shop.jsonl"});
  table("recording", &ValidationPlan::recording, "How the recorded runs were warmed up.", Needs{"runs"});
  table("repeats", &ValidationPlan::repeats, "Windows of each case, interleaved with those of the others.",
        between(1, 1000));
  table("window", &ValidationPlan::window, "Measured time of a window; more where `scored.requests` need it.",
        above_up_to(0, 86400));
  table("warm_up", &ValidationPlan::warm_up, "Loaded but not measured, just before the window.", between(0, 3600));
  table("longest_window", &ValidationPlan::longest_window, "A window is not made longer than this.",
        above_up_to(0, 86400));
  table("retries", &ValidationPlan::retries,
        "A window that other programs or the hypervisor disturbed is measured again up to so often.", between(0, 100));
  table("scored", &ValidationPlan::scored, "What a case must have before its error counts.");
  table("bounds", &ValidationPlan::bounds, "Errors that a replay must not exceed.",
        Example{"{throughput: {median: 3%, worst: 10%}, ranking: 90%}"});
}

}  // namespace models
