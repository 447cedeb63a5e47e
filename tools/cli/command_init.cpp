// SPDX-License-Identifier: MIT
// init: a scenario to start from. Never overwrites.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "tools/cli/commands.hpp"
#include "tools/cli/output.hpp"

namespace cli {
namespace {

constexpr std::array<std::string_view, 3> names{"minimal", "web", "compare"};

constexpr std::string_view minimal = R"(description: Does one more thread help?
service:
  load: {connections: 8}
profiles:
  app:
    kernels:
      request:
        phases:
          - {lock: 1ms}
          - {wait: 5ms}
deployments:
  one-thread: {profile: app, server: gunicorn_gthread, threads: 1}
  two-threads: {profile: app, server: gunicorn_gthread, threads: 2}
)";

constexpr std::string_view web = R"(# A web service in a container. Replace the numbers by your own, `forkcast explain PATH` says what each means.
description: Which worker model keeps the promise of this service?
service:
  load: 150/s                    # Poisson arrivals of the whole service; {connections: 8} is a closed loop
  slo: {p99: 250ms, errors: 0.1%}
container:
  limits: {cpu: 2, memory: 1Gi}
node: {cores: 2}
profiles:
  app:                           # assumed numbers: measure your own application
    memory: {process: 60MiB, thread: 200KiB}
    kernels:
      request:
        phases:
          - {lock: 4ms, releases: 4}
          - {wait: 20ms}         # a database, say
deployments:
  sync-5: {profile: app, server: gunicorn_sync, processes: 5}
  gthread-1x8: {profile: app, server: gunicorn_gthread, processes: 1, threads: 8}
  gthread-2x4: {profile: app, server: gunicorn_gthread, processes: 2, threads: 4}
)";

constexpr std::string_view compare = R"(# The same service with and without an interpreter lock. The free-threaded profile is derived by ranges, so are its
# results.
description: Is free-threaded worth it for this service?
service:
  load: {connections: 16}
container:
  limits: {cpu: 2, memory: 1Gi}
node: {cores: 2}
profiles:
  gil:
    memory: {process: 60MiB, thread: 200KiB}
    kernels:
      request:
        phases:
          - {lock: 4ms, releases: 4}
          - {wait: 10ms}
  ft: {derive: gil, single_thread_cost: 1.03..1.15, memory: 1.15..1.40, contention: 0..0.05}
deployments:
  processes-4: {profile: gil, server: gunicorn_sync, processes: 4}
  threads-1x8: {profile: gil, server: gunicorn_gthread, processes: 1, threads: 8}
  free-1x8: {profile: ft, server: gunicorn_gthread, processes: 1, threads: 8}
)";

class Init : public Command {
 public:
  void declare(Options& options) override {
    options.choice("--template", template_, {names.begin(), names.end()}, "NAME",
                   fmt::format("One of {}", fmt::join(names, ", ")));
    options.argument("FILE", file_, "What to write; - is stdout");
  }

  int execute(const std::string&) override {
    const std::string_view text = template_ == "web" ? web : template_ == "compare" ? compare : minimal;
    if (file_ == "-") return print(text);
    // Claims the name without a race; only then it is written.
    const int descriptor = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0) {
      complain(file_ + ": " + (errno == EEXIST ? "exists already, nothing was written" : std::strerror(errno)));
      return refused;
    }
    ::close(descriptor);
    const std::string problem = write_whole(file_, text);
    if (!problem.empty()) {
      ::unlink(file_.c_str());
      complain(problem);
      return refused;
    }
    tell("wrote " + file_ + "; run it with: forkcast run " + file_);
    return done;
  }

 private:
  std::string template_ = "minimal";
  std::string file_ = "scenario.yaml";
};

}  // namespace

const CommandInfo init_command{"init", "Write a scenario to start from",
                               "  forkcast init\n  forkcast init --template compare gil.yaml",
                               [] { return std::unique_ptr<Command>(new Init); }};

}  // namespace cli
