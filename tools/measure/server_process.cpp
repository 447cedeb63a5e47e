// SPDX-License-Identifier: MIT
#include "tools/measure/server_process.hpp"

#include <sys/wait.h>

#include <cstring>

#include <fmt/format.h>

#include "tools/measure/command_line.hpp"
#include "tools/measure/load_thread.hpp"
#include "tools/measure/measurement_error.hpp"

namespace measure {
namespace {

constexpr Nanoseconds millisecond = 1'000'000;
constexpr Nanoseconds answer_retry = 5 * millisecond;
constexpr Nanoseconds bad_answer_retry = 100 * millisecond;   // each may be a line in the server's log
constexpr int lines_shown = 25;
constexpr Nanoseconds quiet_step = 20 * millisecond;
constexpr Nanoseconds quiet_for = 200 * millisecond;    // no new process, hardly any CPU: nobody is starting any more
constexpr double quiet_share = 0.05;                    // of one core
constexpr Nanoseconds longest_unrest = 5000 * millisecond;

models::Duration seconds(Nanoseconds span) { return {static_cast<double>(span) * 1e-9}; }

Nanoseconds span_of(std::chrono::milliseconds limit) { return std::chrono::nanoseconds(limit).count(); }

std::string last_lines(const std::string& text) {
  std::size_t begin = text.size();
  for (int line = 0; line < lines_shown && begin != std::string::npos && begin > 0; ++line) begin = text.rfind('\n', begin - 1);
  return begin == std::string::npos || begin == 0 ? text : "...\n" + text.substr(begin + 1);
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return fmt::format("was killed by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
  return fmt::format("ended with exit status {}", WEXITSTATUS(status));
}

}  // namespace

Cgroup ServerProcess::limited_group(const models::Configuration& what, const std::vector<int>& cores) {
  Cgroup group = Cgroup::create();
  if (what.cpu) group.limit_cpu(*what.cpu);
  if (what.memory) group.limit_memory(*what.memory);
  if (!cores.empty()) group.restrict_to(cores);
  return group;
}

ServerProcess::ServerProcess(const Subject& subject, const models::Configuration& what,
                             const std::vector<int>& cores, const std::function<bool()>& stop_requested)
    : subject_(subject),
      address_{"127.0.0.1", subject.port != 0 ? subject.port : free_port()},
      command_(command_line(subject, what, address_.port)),
      account_(limited_group(what, cores), 0, false),
      keeper_({in_place_of_the_shell(command_), account_.group().directories(), cores}),
      warning_(account_.group().missing()) {
  if (subject.port == 0 && subject.command.find("{port}") == std::string::npos) {
    throw MeasurementError(fmt::format("the command `{}` has no {{port}}, and no port was given", subject.command));
  }
  if (!account_.group().counts_cpu()) account_.set_ancestor(keeper_.process());
  const Nanoseconds limit = monotonic_now() + span_of(subject.ready_timeout);
  try {
    wait_for_answer(limit, stop_requested);
    wait_for_workers(limit, what.processes, stop_requested);
  } catch (...) {
    stop();
    throw;
  }
}

ServerProcess::~ServerProcess() { stop(); }

void ServerProcess::stop() {
  // SIGTERM first: a server may have files of its own to remove.
  keeper_.terminate();
  const Nanoseconds limit = monotonic_now() + span_of(subject_.stop_timeout);
  while (!keeper_.empty() && monotonic_now() < limit) sleep_for(millisecond);
}

void ServerProcess::check_alive() const {
  const bool failed = keeper_.ended() && keeper_.wait_status() != 0;
  if (!failed && !keeper_.empty()) return;
  const std::int64_t kills = account_.group().counters().oom_kills.value_or(0);
  report(fmt::format("the server {}{}", how_it_ended(keeper_.wait_status()),
                     kills > 0 ? fmt::format(" after {} kills for lack of memory", kills) : ""));
}

void ServerProcess::report(const std::string& what) const {
  std::string output = keeper_.output();
  while (!output.empty() && (output.back() == '\n' || output.back() == ' ')) output.pop_back();
  throw MeasurementError(fmt::format("{}\ncommand: {}\n{}", what, command_,
                                     output.empty() ? "It printed nothing." : "Its last output:\n" + last_lines(output)));
}

void ServerProcess::wait_for_answer(Nanoseconds limit, const std::function<bool()>& stop_requested) {
  for (;;) {
    check_alive();
    if (stop_requested && stop_requested()) throw Interrupted();
    const Nanoseconds left = limit - monotonic_now();
    LoadPlan plan;
    plan.requests = subject_.requests;
    plan.limit = 1;
    plan.request_timeout = std::chrono::nanoseconds(std::max(left, millisecond));
    LoadGenerator first(address_, plan);
    LoadThread thread(first);
    while (!first.finished()) {
      check_alive();
      if (stop_requested && stop_requested()) throw Interrupted();
      sleep_for(millisecond);
    }
    thread.join();
    const LoadCounts& counts = first.counts();
    if (counts.answered_before > 0) return;
    check_alive();
    // 503 is what a starting server may say; what is the user's mistake does not get better.
    if (counts.first_bad_status >= 400 && counts.first_bad_status < 500) {
      report(fmt::format("the first request was answered with {}", counts.first_error));
    }
    if (left <= 0) {
      report(fmt::format("no good answer on port {} within {} s (last: {})", address_.port,
                         static_cast<double>(subject_.ready_timeout.count()) * 1e-3, counts.first_error));
    }
    sleep_for(counts.first_bad_status > 0 ? bad_answer_retry : answer_retry);
  }
}

// One worker has answered. Others may still be loading: they all serve when nobody computes and nobody is added.
void ServerProcess::wait_for_workers(Nanoseconds limit, models::Count workers, const std::function<bool()>& stop_requested) {
  const Nanoseconds answered = monotonic_now();
  Nanoseconds last_unrest = answered;
  Nanoseconds cpu = account_.cpu();
  start_cpu_ = seconds(cpu);
  Nanoseconds looked = answered;
  models::Count present = leaves(read_processes(account_.processes()));
  while (monotonic_now() - last_unrest < quiet_for) {
    check_alive();
    if (stop_requested && stop_requested()) throw Interrupted();
    sleep_for(quiet_step);
    const Nanoseconds now = monotonic_now();
    const Nanoseconds cpu_now = account_.cpu();
    const models::Count present_now = leaves(read_processes(account_.processes()));
    const bool unrest = static_cast<double>(cpu_now - cpu) > quiet_share * static_cast<double>(now - looked);
    if (unrest || present_now != present) {
      last_unrest = now;
      start_cpu_ = seconds(cpu_now);
    }
    cpu = cpu_now;
    looked = now;
    present = present_now;
    if (now > limit || now - answered > longest_unrest) {
      warning_ += fmt::format("{}the server was still busy {} s after its first answer", warning_.empty() ? "" : "; ",
                              static_cast<double>(now - answered) * 1e-9);
      break;
    }
  }
  if (subject_.varies_processes() && present < workers) {
    warning_ += fmt::format("{}{} worker processes were expected, {} are there", warning_.empty() ? "" : "; ", workers, present);
  }
  start_time_ = seconds(last_unrest - keeper_.exec_time());
}

}  // namespace measure
