// SPDX-License-Identifier: MIT
// Whole measurements of a small server, and that nothing is left of them, however they end.
#include <doctest/doctest.h>
#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tests/temporary_folder.hpp"
#include "tools/measure/cgroup.hpp"
#include "tools/measure/deployment.hpp"
#include "tools/measure/kernel_text.hpp"
#include "tools/measure/measurement_error.hpp"
#include "tools/measure/process_counters.hpp"

using measure::Subject;
using models::Configuration;

namespace {

constexpr measure::Nanoseconds patience = 20'000'000'000;

// Its command line holds the test's process id, so that its processes can be told from any others.
Subject tiny(const std::string& flags = "") {
  Subject subject;
  subject.name = "tiny";
  subject.command = fmt::format("python3 {}/tests/tools/measure/tiny_server.py {{port}} {{processes}} {} mark-{}",
                                FORKCAST_SOURCE_DIR, flags, ::getpid());
  subject.requests = {measure::Request{}};
  subject.stop_timeout = std::chrono::milliseconds(300);
  return subject;
}

Configuration brief(models::Count processes = 1) {
  Configuration what;
  what.subject = "tiny";
  what.processes = processes;
  what.connections = 2;
  what.warm_up = {0.1};
  what.window = {0.4};
  return what;
}

std::vector<std::string> processes_of(pid_t test) {
  std::vector<std::string> found;
  const std::string mark = fmt::format("mark-{}", test);
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string commands = measure::read_text(entry.path().string() + "/cmdline").value_or("");
    if (commands.find("tiny_server.py") != std::string::npos && commands.find(mark) != std::string::npos) {
      found.push_back(entry.path().filename().string());
    }
  }
  return found;
}

// Those that run Python by now: it may be found by a chain of shell scripts that carry its arguments.
int interpreters_of(pid_t test) {
  int count = 0;
  for (const std::string& process : processes_of(test)) {
    const std::string commands = measure::read_text("/proc/" + process + "/cmdline").value_or("");
    const std::string program = commands.c_str();   // up to the first argument
    if (program.find("python") != std::string::npos) ++count;
  }
  return count;
}

// Groups made by the process `owner`, looked for where they would be.
std::vector<std::string> groups_of(pid_t owner) {
  std::vector<std::string> found;
  const measure::CgroupLayout own = measure::cgroup_layout_of("self");
  for (std::string place : {own.cpu, own.cpuacct, own.memory, own.cpuset}) {
    for (; place.size() > 1; place = place.substr(0, place.rfind('/'))) {
      std::error_code unreadable;
      for (const auto& entry : std::filesystem::directory_iterator(place, unreadable)) {
        if (entry.path().filename().string().starts_with(fmt::format("forkcast-{}-", owner))) found.push_back(entry.path());
      }
    }
  }
  return found;
}

void check_nothing_left(pid_t owner, pid_t test) {
  const measure::Nanoseconds limit = measure::monotonic_now() + patience;
  while ((!processes_of(test).empty() || !groups_of(owner).empty()) && measure::monotonic_now() < limit) measure::sleep_for(10'000'000);
  CHECK(processes_of(test) == std::vector<std::string>{});
  CHECK(groups_of(owner) == std::vector<std::string>{});
}

std::string failure(const Subject& subject, const Configuration& what) {
  try {
    measure::measure_run(subject, what);
  } catch (const measure::MeasurementError& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a measured window obeys the laws that tie its numbers") {
  const TemporaryFolder folder;
  measure::MeasureOptions options;
  options.raw_log = folder.path() + "log.csv";
  const models::MeasuredRun run = measure::measure_run(tiny(), brief(), 50, options);
  CHECK(run.requests > 0);
  CHECK(run.errors == 0);
  CHECK(run.requests_before >= 51);   // the first answer, 50 before, and the warm-up's
  CHECK(run.throughput.per_second * 0.4 == doctest::Approx(static_cast<double>(run.requests)));
  CHECK(run.cpu_per_request.seconds * run.throughput.per_second == doctest::Approx(run.server_cpu.value));
  CHECK(run.server_cpu.value > 0.0);
  CHECK(run.latency.p50 <= run.latency.p99);
  CHECK(run.latency.p99 <= run.latency.max);
  CHECK(run.requests_by_process == std::vector<double>{1.0});
  REQUIRE(run.connections_per_request);
  CHECK(*run.connections_per_request > 0.0);
  CHECK(*run.connections_per_request * static_cast<double>(run.requests) <= 2.0);
  CHECK(run.idle.processes == 2);
  CHECK(run.idle.pss.value > 0.0);
  CHECK(run.start_time.seconds > 0.0);
  CHECK(run.what == brief());
  const auto log = measure::read_text(options.raw_log);
  REQUIRE(log);
  CHECK(std::count(log->begin(), log->end(), '\n') == run.requests + 1);
  check_nothing_left(::getpid(), ::getpid());
}

TEST_CASE("a quota is kept by the server and its throttling is seen") {
  {
    const measure::Cgroup probe = measure::Cgroup::create();
    if (!probe.missing().empty()) {
      MESSAGE("skipped: " << probe.missing());
      return;
    }
  }
  Configuration what = brief();
  what.cpu = models::Cores{0.05};
  what.connections = 4;
  what.window = {1.0};
  const models::MeasuredRun run = measure::measure_run(tiny(), what);
  // The window has ten periods of 5 ms, one more may be cut by its edges, and a core may exceed its share by 1 ms.
  CHECK(run.server_cpu.value < 0.05 * 1.1 + 0.02);
  REQUIRE(run.throttled_share);
  if (run.server_cpu.value < 0.9 * 0.05) {
    MESSAGE("skipped: a busy machine left less than the quota");
    return;
  }
  CHECK(*run.throttled_share > 0.5);
  CHECK(run.throttled_time->seconds > 0.0);
}

TEST_CASE("a command that does not exist is answered with what the shell says") {
  Subject subject = tiny();
  subject.command = "no-such-server {port}";
  const std::string message = failure(subject, brief());
  CHECK(contains(message, "ended with exit status 127"));
  CHECK(contains(message, "command: no-such-server "));
  CHECK(contains(message, "no-such-server: not found"));
}

TEST_CASE("a command without a port to be told is refused") {
  Subject subject = tiny();
  subject.command = "true";
  CHECK(contains(failure(subject, brief()), "has no {port}"));
}

TEST_CASE("a server that does not start is reported with its exit status and last words") {
  const std::string message = failure(tiny("exit=4"), brief());
  CHECK(contains(message, "ended with exit status 4"));
  CHECK(contains(message, "Its last output:\n...\n"));
  CHECK(contains(message, "2999\ncannot start: the cheese is missing"));
  CHECK_FALSE(contains(message, "2900"));
}

TEST_CASE("a server that dies under load is reported with its exit status and last words") {
  const std::string message = failure(tiny("die-after=20"), brief());
  CHECK(contains(message, "ended with exit status 3"));
  CHECK(contains(message, "out of cheese"));
  check_nothing_left(::getpid(), ::getpid());
}

TEST_CASE("a server that never answers is given up at its time limit") {
  Subject subject = tiny();
  subject.command = fmt::format("sh -c 'echo waiting for {{port}}; exec sleep 600; : tiny_server.py mark-{}'", ::getpid());
  subject.ready_timeout = std::chrono::milliseconds(300);
  const std::string message = failure(subject, brief());
  CHECK(contains(message, "no good answer on port "));
  CHECK(contains(message, "waiting for "));
  check_nothing_left(::getpid(), ::getpid());
}

TEST_CASE("workers that ignore SIGTERM and daemons that left the tree are killed") {
  CHECK(measure::measure_run(tiny("ignore-term orphan"), brief(2)).requests > 0);
  check_nothing_left(::getpid(), ::getpid());
}

TEST_CASE("a wish to stop ends the measurement and cleans up") {
  measure::MeasureOptions options;
  int asked = 0;
  options.observer.stop_requested = [&] { return ++asked > 20; };
  Configuration what = brief(2);
  what.window = {3600.0};
  CHECK_THROWS_AS(measure::measure_run(tiny("ignore-term"), what, 0, options), measure::Interrupted);
  check_nothing_left(::getpid(), ::getpid());
}

TEST_CASE("a wish to stop is heard while the first answer is waited for") {
  measure::MeasureOptions options;
  int asked = 0;
  options.observer.stop_requested = [&] { return ++asked > 50; };
  Subject subject = tiny("mute");
  subject.ready_timeout = std::chrono::hours(1);
  CHECK_THROWS_AS(measure::measure_run(subject, brief(), 0, options), measure::Interrupted);
  check_nothing_left(::getpid(), ::getpid());
}

TEST_CASE("a server that a list of commands starts is told to end, not only the shell in front of it") {
  const TemporaryFolder folder;
  const std::string bye = folder.path() + "bye";
  Subject subject = tiny("bye=" + bye);
  subject.command = "cd /tmp && MODE=test " + subject.command;
  subject.stop_timeout = std::chrono::milliseconds(20'000);
  CHECK(measure::measure_run(subject, brief()).requests > 0);
  CHECK(std::filesystem::exists(bye));
  check_nothing_left(::getpid(), ::getpid());
}

TEST_CASE("a server that is given up before it serves is told to end, too") {
  const TemporaryFolder folder;
  const std::string bye = folder.path() + "bye";
  Subject subject = tiny("mute bye=" + bye);
  subject.ready_timeout = std::chrono::hours(1);
  subject.stop_timeout = std::chrono::milliseconds(20'000);
  measure::MeasureOptions options;
  options.observer.stop_requested = [] { return interpreters_of(::getpid()) >= 2; };  // master and worker
  CHECK_THROWS_AS(measure::measure_run(subject, brief(), 0, options), measure::Interrupted);
  CHECK(std::filesystem::exists(bye));
  check_nothing_left(::getpid(), ::getpid());
}

TEST_CASE("variables before a command are the server's") {
  Subject subject = tiny();
  subject.command = "PYTHONDONTWRITEBYTECODE=1 " + subject.command;
  CHECK(measure::measure_run(subject, brief()).requests > 0);
}

TEST_CASE("redirects are measured and said to be ones") {
  measure::MeasureOptions options;
  std::string warnings;
  options.observer.warn = [&](const std::string& warning) { warnings += warning; };
  CHECK(measure::measure_run(tiny("moved"), brief(), 0, options).requests > 0);
  CHECK(contains(warnings, "/ elsewhere (a redirect)"));
}

TEST_CASE("a window without an answer is an error, not a throughput of nothing") {
  Configuration what = brief();
  what.connections = 1;
  CHECK(contains(failure(tiny("delay=0.9"), what), "no answer to / came within the window of 0.4 s"));
}

TEST_CASE("nothing is left of a server when the measuring process is killed, by whatever signal") {
  for (const int signal : {SIGINT, SIGKILL}) {
    CAPTURE(signal);
    const Subject subject = tiny("ignore-term orphan");
    const pid_t measuring = ::fork();
    if (measuring == 0) {
      ::signal(SIGINT, SIG_DFL);
      Configuration what = brief(2);
      what.window = {3600.0};
      try {
        measure::measure_run(subject, what);
      } catch (...) {
      }
      ::_exit(0);
    }
    const measure::Nanoseconds limit = measure::monotonic_now() + patience;
    while (interpreters_of(::getpid()) < 4 && measure::monotonic_now() < limit) measure::sleep_for(10'000'000);
    CHECK(interpreters_of(::getpid()) >= 3);   // master, two workers, a daemon; its parent has just ended
    ::kill(measuring, signal);
    int status = 0;
    ::waitpid(measuring, &status, 0);
    CHECK(WIFSIGNALED(status));
    check_nothing_left(measuring, ::getpid());
  }
}

TEST_CASE("without a window only memory is measured, after exactly the requests before it") {
  Configuration memory = brief();
  memory.warm_up = memory.window = {};
  const models::MeasuredRun run = measure::measure_run(tiny(), memory, 50);
  CHECK(run.requests_before == 51);   // and the first answer
  CHECK(run.requests == 0);
  CHECK(run.throughput.per_second == 0.0);
  CHECK(run.loaded.pss.value > 0.0);
  CHECK_FALSE(run.contaminated(1));
  check_nothing_left(::getpid(), ::getpid());
}

TEST_CASE("several windows can be measured on one start, and each goes on from the requests before it") {
  measure::Deployment deployment(tiny(), brief(2));
  const models::MeasuredRun first = deployment.measure(brief(2));
  Configuration open = brief(2);
  open.rate = models::Rate{200.0};
  const models::MeasuredRun second = deployment.measure(open, 10);
  CHECK(second.requests_before >= first.requests_before + first.requests + 10);
  CHECK(second.requests > 0);
  CHECK(second.idle.pss == first.idle.pss);
}

TEST_CASE("a running server can be attached to by process, is measured and lives on") {
  measure::Deployment started(tiny(), brief(2));
  const std::vector<std::string> before = processes_of(::getpid());
  REQUIRE(before.size() == 3);
  measure::RunningServer running;
  running.port = started.address().port;
  running.process = std::stoi(*std::min_element(before.begin(), before.end(), [](const auto& a, const auto& b) { return std::stoi(a) < std::stoi(b); }));
  running.requests = {measure::Request{}};
  const models::MeasuredRun run = measure::measure_running(running, brief(2));
  CHECK(run.requests > 0);
  CHECK(run.server_cpu.value > 0.0);
  CHECK(run.loaded.processes == 3);
  CHECK(processes_of(::getpid()).size() == 3);
}

TEST_CASE("cores are split between server and load only where some are left") {
  const measure::CoreSplit split = measure::split_cores({0, 2, 3, 5}, 3);
  CHECK(split.server == std::vector<int>{0, 2, 3});
  CHECK(split.client == std::vector<int>{5});
  CHECK_FALSE(split.shared);
  CHECK(measure::split_cores({0, 2}, 2).shared);
  CHECK(measure::split_cores({0, 2}, 2).server.empty());
}
