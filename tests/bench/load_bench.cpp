// SPDX-License-Identifier: MIT
// One closed loop of forkcast's load generator against a server that runs already, for tests/bench/load_generators.sh.
// usage: load_bench PORT PATH CONNECTIONS SECONDS [close]     prints requests/s, CPU us a request, p50 us, p99 us
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "tools/measure/latency_summary.hpp"
#include "tools/measure/load_generator.hpp"

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  measure::LoadPlan plan;
  plan.requests = {measure::Request{}};
  plan.requests[0].path = argv[2];
  plan.connections = std::atoi(argv[3]);
  plan.keep_alive = argc < 6 || std::string(argv[5]) != "close";
  measure::LoadGenerator generator({"127.0.0.1", static_cast<std::uint16_t>(std::atoi(argv[1]))}, plan);
  const measure::Nanoseconds window = std::atoi(argv[4]) * 1'000'000'000LL;
  const measure::Nanoseconds open = measure::monotonic_now() + 200'000'000;
  generator.set_window(open, open + window);
  std::thread runner([&] { generator.run(); });
  measure::sleep_until(open);
  const measure::Nanoseconds before = generator.cpu();
  measure::sleep_until(open + window);
  const measure::Nanoseconds used = generator.cpu() - before;
  generator.stop();
  runner.join();
  measure::LoadCounts counts = generator.counts();
  const auto requests = static_cast<double>(counts.answered);
  const models::LatencySummary latency = measure::summarize(counts.latencies);
  std::printf("%.0f %.2f %.0f %.0f\n", requests / (static_cast<double>(window) * 1e-9), static_cast<double>(used) * 1e-3 / requests,
              latency.p50.seconds * 1e6, latency.p99.seconds * 1e6);
  if (counts.errors > 0) std::fprintf(stderr, "%lld errors: %s\n", static_cast<long long>(counts.errors), counts.first_error.c_str());
  return counts.errors > 0 ? 1 : 0;
}
