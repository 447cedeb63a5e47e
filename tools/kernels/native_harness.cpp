// SPDX-License-Identifier: MIT
#include <dlfcn.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <latch>
#include <nlohmann/json.hpp>
#include <thread>

#include "tools/kernels/runs.hpp"
#include "tools/measure/monotonic.hpp"

namespace kernels {
namespace {

using Json = nlohmann::json;
using measure::Nanoseconds;
using Kernel = void (*)(unsigned);

constexpr std::size_t kept_calls = 200'000;
constexpr int warm_calls = 3;

struct Caller {
  std::vector<Nanoseconds> cpu, wall;
  std::size_t calls = 0;
  long voluntary = 0, involuntary = 0;
};

void call_until(Kernel kernel, Nanoseconds deadline, Caller& caller) {
  rusage before{};
  ::getrusage(RUSAGE_THREAD, &before);
  Nanoseconds start = measure::monotonic_now();
  do {
    const Nanoseconds cpu = measure::read_clock(CLOCK_THREAD_CPUTIME_ID);
    kernel(static_cast<unsigned>(caller.calls));
    const Nanoseconds used = measure::read_clock(CLOCK_THREAD_CPUTIME_ID) - cpu;
    const Nanoseconds end = measure::monotonic_now();
    if (caller.calls < kept_calls) {
      caller.cpu.push_back(used);
      caller.wall.push_back(end - start);
    }
    ++caller.calls;
    start = end;
  } while (start < deadline);
  rusage after{};
  ::getrusage(RUSAGE_THREAD, &after);
  caller.voluntary = after.ru_nvcsw - before.ru_nvcsw;
  caller.involuntary = after.ru_nivcsw - before.ru_nivcsw;
}

Json quantiles(std::vector<Nanoseconds>& values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](std::size_t percent) {
    return 1e-9 * static_cast<double>(values[(values.size() - 1) * percent / 100]);
  };
  return {{"p10", at(10)}, {"p50", at(50)}, {"p90", at(90)}};
}

double mean(const std::vector<Nanoseconds>& values) {
  double sum = 0.0;
  for (const Nanoseconds value : values) sum += 1e-9 * static_cast<double>(value);
  return sum / static_cast<double>(values.size());
}

Json memory() {
  Json sizes = Json::object();
  std::ifstream file("/proc/self/smaps_rollup");
  for (std::string word; file >> word;) {
    const char* key = word == "Rss:"        ? "rss_bytes"
                      : word == "Pss:"      ? "pss_bytes"
                      : word == "Pss_Anon:" ? "anonymous_bytes"
                      : word == "Pss_File:" ? "file_bytes"
                                            : nullptr;
    double kilobytes = 0.0;
    if (key && file >> kilobytes) sizes[key] = 1024.0 * kilobytes;
  }
  return sizes;
}

Json summary(std::vector<Caller>& callers, double elapsed) {
  Caller all;
  for (Caller& caller : callers) {
    all.cpu.insert(all.cpu.end(), caller.cpu.begin(), caller.cpu.end());
    all.wall.insert(all.wall.end(), caller.wall.begin(), caller.wall.end());
    all.calls += caller.calls;
    all.voluntary += caller.voluntary;
    all.involuntary += caller.involuntary;
  }
  const double calls = static_cast<double>(all.calls);
  return {{"calls", all.calls},
          {"throughput_rps", calls / elapsed},
          {"cpu_mean_s", mean(all.cpu)},
          {"wall_mean_s", mean(all.wall)},
          {"cpu_s", quantiles(all.cpu)},
          {"wall_s", quantiles(all.wall)},
          {"voluntary_per_call", static_cast<double>(all.voluntary) / calls},
          {"involuntary_per_call", static_cast<double>(all.involuntary) / calls},
          {"memory", memory()}};
}

bool say(int out, const Json& line) {
  const std::string text = line.dump() + "\n";
  return ::write(out, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace

int run_native(const std::string& library, int threads, double seconds, int in, int out) {
  constexpr int refused = 3;
  // A name without a slash would be looked for in the system's folders only.
  const std::string path = library.find('/') == std::string::npos ? "./" + library : library;
  void* object = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!object) {
    say(out, {{"error", "the library cannot be loaded: " + std::string(::dlerror())}});
    return refused;
  }
  const auto kernel = reinterpret_cast<Kernel>(::dlsym(object, "forkcast_kernel"));
  if (!kernel) {
    say(out, {{"error", library + " has no function forkcast_kernel (see tools/kernels/kernel.hpp)"}});
    return refused;
  }
  for (unsigned i = 0; i < warm_calls; ++i) kernel(i);
  char start = 0;
  if (!say(out, {{"ready", true}}) || ::read(in, &start, 1) != 1) return refused;

  std::vector<Caller> callers(static_cast<std::size_t>(threads));
  std::latch ready(threads + 1);
  const auto span = static_cast<Nanoseconds>(1e9 * seconds);
  std::vector<std::thread> workers;
  for (Caller& caller : callers) {
    caller.cpu.reserve(kept_calls);
    caller.wall.reserve(kept_calls);
    workers.emplace_back([&] {
      ready.arrive_and_wait();
      call_until(kernel, measure::monotonic_now() + span, caller);
    });
  }
  ready.arrive_and_wait();
  const Nanoseconds begin = measure::monotonic_now();
  for (std::thread& worker : workers) worker.join();
  return say(out, summary(callers, 1e-9 * static_cast<double>(measure::monotonic_now() - begin))) ? 0 : refused;
}

}  // namespace kernels
