// SPDX-License-Identifier: MIT
#include "tools/measure/deployment.hpp"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <set>

#include <fmt/format.h>

#include "tools/measure/latency_summary.hpp"
#include "tools/measure/load_thread.hpp"
#include "tools/measure/measurement_error.hpp"

namespace measure {
namespace {

constexpr Nanoseconds watch_step = 20'000'000;
constexpr Nanoseconds longest_preparation = 10'000'000'000;

// Everything that is read at both edges of a window.
struct Edge {
  Nanoseconds at = 0;
  Nanoseconds server_cpu = 0;
  Nanoseconds client_cpu = 0;
  Nanoseconds own_cpu = 0;             // forkcast's and the keeper's
  MachineCounters machine;
  CgroupCounters group;
  std::vector<ProcessSnapshot> processes;
  std::vector<ThreadSnapshot> threads;
};

Edge read_edge(const ServerAccount& account, const LoadGenerator& generator, pid_t keeper) {
  Edge edge;
  edge.at = monotonic_now();
  edge.client_cpu = generator.cpu();
  edge.own_cpu = read_clock(CLOCK_PROCESS_CPUTIME_ID);
  edge.server_cpu = account.cpu();
  edge.machine = read_machine();
  edge.group = account.group().counters();
  const std::vector<pid_t> processes = account.processes();
  edge.processes = read_processes(processes);
  edge.threads = read_threads(processes);
  if (keeper > 0) {
    for (const ProcessSnapshot& process : read_processes({keeper})) edge.own_cpu += process.cpu;
  }
  return edge;
}

// Of a group: processes that are neither `server`, nor below it, nor what started it.
std::size_t strangers(const std::vector<pid_t>& group, pid_t server) {
  std::set<pid_t> family{server};
  for (const pid_t below : descendants(server)) family.insert(below);
  for (pid_t above = parent_of(server); above > 1; above = parent_of(above)) family.insert(above);
  return static_cast<std::size_t>(
      std::count_if(group.begin(), group.end(), [&](pid_t process) { return !family.contains(process); }));
}

std::string utc(const timespec& instant, const char* format) {
  tm parts{};
  ::gmtime_r(&instant.tv_sec, &parts);
  char text[64];
  return {text, ::strftime(text, sizeof(text), format, &parts)};
}

double delta(std::int64_t before, std::int64_t after) { return static_cast<double>(after - before); }

models::Duration seconds(double nanoseconds) { return {nanoseconds * 1e-9}; }

void write_log(const std::string& path, const std::vector<LoggedRequest>& log, Nanoseconds window_open) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (!file) throw MeasurementError(fmt::format("cannot write {}", path));
  fmt::print(file, "start_s,latency_s,status\n");
  for (const LoggedRequest& request : log) {
    fmt::print(file, "{:.9f},{:.9f},{}\n", delta(window_open, request.start) * 1e-9,
               static_cast<double>(request.latency) * 1e-9, request.status);
  }
  if (std::fclose(file) != 0) throw MeasurementError(fmt::format("cannot write {}", path));
}

}  // namespace

Deployment::Deployment(const Subject& subject, const models::Configuration& what, const Observer& observer)
    : requests_(subject.requests), cores_(split_cores(allowed_cores(), what.cores)), subject_(subject) {
  if (what.cores > static_cast<models::Count>(allowed_cores().size())) {
    throw MeasurementError(fmt::format("{} cores are asked for, this machine has {}", what.cores, allowed_cores().size()));
  }
  server_ = std::make_unique<ServerProcess>(*subject_, what, cores_.server, observer.stop_requested);
  address_ = server_->address();
  made_ = 1;
  if (!server_->warning().empty() && observer.warn) observer.warn(server_->warning());
  const std::optional<models::Cores> quota = quota_around_us();
  if (observer.warn && quota && quota->value < static_cast<double>(what.cores)) {
    observer.warn(fmt::format(
        "the group that all of this runs in has a quota of {:.3g} cores: the server and its load share it, "
        "and what it stops is not modelled; run on as many cores, by taskset, or without the quota",
        quota->value));
  }
  idle_ = account().memory();
}

Deployment::Deployment(const RunningServer& server, const models::Configuration& what, const Observer& observer)
    : requests_(server.requests), cores_(split_cores(allowed_cores(), what.cores)), address_{server.host, server.port} {
  if (server.cgroup.empty() && server.process <= 0) throw MeasurementError("a running server is named by its cgroup or process");
  Cgroup group = server.cgroup.empty() ? Cgroup::attach(static_cast<pid_t>(server.process)) : Cgroup::attach(server.cgroup);
  if (!group.missing().empty() && observer.warn) observer.warn(group.missing());
  const bool by_group = group.counts_cpu();
  if (by_group && server.process > 0 && observer.warn) {
    const std::size_t others = strangers(group.processes(), static_cast<pid_t>(server.process));
    if (others > 0) {
      observer.warn(
          fmt::format("process {} has not started {} of the processes in its cgroup: what they use counts as "
                      "the server's",
                      server.process, others));
    }
  }
  attached_.emplace(std::move(group), by_group ? 0 : static_cast<pid_t>(server.process), true);
  // Where it runs is not ours to say; only a server of few cores leaves the load generator some of its own.
  cores_.shared = true;
  if (account().processes().empty()) throw MeasurementError("the server to attach to has no process");
  idle_ = account().memory();
}

void Deployment::check_alive() const {
  if (server_) server_->check_alive();
  else if (account().processes().empty()) throw MeasurementError("the server has ended");
}

LoadPlan Deployment::plan(const models::Configuration& what, const MeasureOptions& options) const {
  LoadPlan plan;
  plan.requests = requests_;
  plan.connections = what.connections;
  plan.keep_alive = what.keep_alive;
  plan.cores = cores_.client;
  plan.seed = options.seed;
  return plan;
}

void Deployment::make_requests(const models::Configuration& what, models::Count number, const MeasureOptions& options) {
  if (number <= 0) return;
  LoadPlan closed = plan(what, options);
  closed.connections = std::min(what.connections, number);
  closed.limit = number;
  LoadGenerator generator(address_, closed);
  LoadThread thread(generator);
  const Nanoseconds limit = monotonic_now() + longest_preparation;
  while (!generator.finished()) {
    sleep_for(watch_step);
    check_alive();
    if (options.observer.stop_requested && options.observer.stop_requested()) throw Interrupted();
    if (monotonic_now() > limit) break;
  }
  thread.join();
  made_ += generator.counts().answered_before;
  if (generator.counts().answered_before == 0) {
    throw MeasurementError("no request before the window succeeded: " + generator.counts().first_error);
  }
}

models::MeasuredRun Deployment::measure(const models::Configuration& what, models::Count before, const MeasureOptions& options) {
  models::MeasuredRun run;
  run.what = what;
  if (run.what.subject.empty() && subject_) run.what.subject = subject_->name;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  run.started = utc(now, "%Y-%m-%dT%H:%M:%SZ");
  run.id = options.id.empty() ? fmt::format("{}.{:06}", utc(now, "%Y%m%dT%H%M%S"), now.tv_nsec / 1000) : options.id;
  run.idle = idle_;
  run.shared_cores = cores_.shared;
  if (server_) {
    run.start_time = server_->start_time();
    run.start_cpu = server_->start_cpu();
  }
  const std::int64_t kills_before = account().group().counters().oom_kills.value_or(0);
  make_requests(what, before, options);
  if (what.window.seconds <= 0.0) {
    run.loaded = account().memory();
    run.requests_before = made_;
    run.oom_kills = account().group().counters().oom_kills.value_or(0) - kills_before;
    return run;
  }

  LoadPlan loaded = plan(what, options);
  loaded.rate = what.rate;
  loaded.log = !options.raw_log.empty();
  LoadGenerator generator(address_, loaded);
  const Nanoseconds open = monotonic_now() + static_cast<Nanoseconds>(what.warm_up.seconds * 1e9);
  const Nanoseconds close = open + static_cast<Nanoseconds>(what.window.seconds * 1e9);
  generator.set_window(open, close);
  LoadThread thread(generator);
  const auto watch_until = [&](Nanoseconds instant) {
    for (;;) {
      const Nanoseconds at = monotonic_now();
      if (at >= instant) return;
      sleep_until(std::min(instant, at + watch_step));
      check_alive();
      if (options.observer.stop_requested && options.observer.stop_requested()) throw Interrupted();
    }
  };
  const pid_t keeper = server_ ? server_->keeper() : 0;
  watch_until(open);
  const Edge first = read_edge(account(), generator, keeper);
  watch_until(close);
  const Edge last = read_edge(account(), generator, keeper);
  run.loaded = account().memory();   // under load still: requests in flight have memory too
  thread.join();
  check_alive();

  LoadCounts counts = generator.counts();
  run.requests = counts.answered;
  run.errors = counts.errors;
  run.requests_before = made_ + counts.answered_before;
  if (const models::Count answered = counts.answered_before + counts.answered; answered > 0) {
    run.connections_per_request = static_cast<double>(counts.connections_opened) / static_cast<double>(answered);
  }
  made_ = run.requests_before + counts.answered;
  if (run.requests == 0 && run.errors + counts.errors_before > 0) {
    throw MeasurementError("no request of the window succeeded: " + counts.first_error);
  }
  if (run.requests == 0 && what.window.seconds > 0.0 && !what.rate) {
    throw MeasurementError(
        fmt::format("no answer to {} came within the window of {:.3g} s: it needs a longer one",
                    requests_.front().path, what.window.seconds));
  }
  if (run.errors > 0 && options.observer.warn) {
    options.observer.warn(fmt::format("{} of {} requests failed, first: {}", run.errors, run.errors + run.requests, counts.first_error));
  }
  if (counts.redirects > 0 && options.observer.warn) {
    options.observer.warn(fmt::format(
        "the server sends {} elsewhere (a redirect): that is what is measured, not the page behind it",
        requests_.front().path));
  }
  if (counts.ends_connections && options.observer.warn) {
    options.observer.warn(
        "the server ends each connection after its answer, and does not say so in it: every request makes a "
        "new one");
  }
  run.latency = summarize(counts.latencies);
  if (!options.raw_log.empty()) write_log(options.raw_log, counts.log, open);

  const double span = delta(first.at, last.at);
  const auto requests = static_cast<double>(run.requests);
  const double server_cpu = delta(first.server_cpu, last.server_cpu);
  const double client_cpu = delta(first.client_cpu, last.client_cpu);
  run.throughput = {requests / what.window.seconds};
  if (span > 0.0) {
    run.server_cpu = {server_cpu / span};
    const double machine_span = delta(first.machine.at, last.machine.at);
    const double ours = (server_cpu + delta(first.own_cpu, last.own_cpu)) / span;
    run.steal = {delta(first.machine.steal, last.machine.steal) / machine_span};
    run.other = {std::max(0.0, delta(first.machine.busy, last.machine.busy) / machine_span - ours) + run.steal.value};
  }
  if (run.throughput.per_second > 0.0 && span > 0.0) {
    run.cpu_per_request = {run.server_cpu.value / run.throughput.per_second};
    run.client_cpu_per_request = {client_cpu / span / run.throughput.per_second};
    const Switches switches = switches_between(first.threads, last.threads);
    const double requests_between_edges = run.throughput.per_second * span * 1e-9;
    run.voluntary_switches = static_cast<double>(switches.voluntary) / requests_between_edges;
    run.involuntary_switches = static_cast<double>(switches.involuntary) / requests_between_edges;
  }
  run.requests_by_process = worker_shares(first.processes, last.processes, what.processes);
  if (what.cpu && first.group.periods && last.group.periods) {
    const double periods = delta(*first.group.periods, *last.group.periods);
    const double throttled = delta(first.group.throttled_periods.value_or(0), last.group.throttled_periods.value_or(0));
    run.throttled_share = periods > 0.0 ? throttled / periods : 0.0;
    run.throttled_time = seconds(delta(first.group.throttled.value_or(0), last.group.throttled.value_or(0)));
  }
  run.oom_kills = last.group.oom_kills.value_or(0) - kills_before;
  return run;
}

models::MeasuredRun measure_run(const Subject& subject, const models::Configuration& what, models::Count before,
                                const MeasureOptions& options) {
  return Deployment(subject, what, options.observer).measure(what, before, options);
}

models::MeasuredRun measure_running(const RunningServer& server, const models::Configuration& what, models::Count before,
                                    const MeasureOptions& options) {
  return Deployment(server, what, options.observer).measure(what, before, options);
}

}  // namespace measure
