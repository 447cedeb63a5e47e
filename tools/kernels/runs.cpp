// SPDX-License-Identifier: MIT
#include "tools/kernels/runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace kernels {
namespace {

using Json = nlohmann::json;

// Loading an application may take a while, a call may too.
constexpr double patience = 60.0;

Json parse(const std::string& line) {
  Json answer = Json::parse(line, nullptr, false);
  if (!answer.is_object()) throw KernelError("the harness said something strange: " + line.substr(0, 200));
  if (answer.contains("error")) throw KernelError(answer["error"].get<std::string>());
  return answer;
}

std::unique_ptr<Child> start(const Target& target, std::vector<std::string> arguments) {
  std::vector<std::string> command{target.python, target.harness, target.kernel};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return std::make_unique<Child>(command);
}

std::unique_ptr<Child> start_run(const Target& target, int threads, double seconds) {
  if (target.native()) {
    return std::make_unique<Child>([&target, threads, seconds](int in, int out) {
      return run_native(target.library, threads, seconds, in, out);
    });
  }
  return start(target,{"run", "--threads", std::to_string(threads), "--seconds", fmt::format("{:g}", seconds)});
}

void await_ready(Child& child) {
  // The kernel's own output comes before.
  while (!parse(child.line(patience)).contains("ready")) {
  }
}

Json result(Child& child, double seconds) { return parse(child.line(10.0 * seconds + patience)); }

Run to_run(const Json& answer) {
  Run run;
  const auto number = [&](const char* key) { return answer.value(key, 0.0); };
  run.calls = number("calls");
  run.throughput = number("throughput_rps");
  run.cpu = number("cpu_mean_s");
  run.wall = number("wall_mean_s");
  run.voluntary = number("voluntary_per_call");
  run.involuntary = number("involuntary_per_call");
  const Json cpu = answer.value("cpu_s", Json::object());
  run.cpu_p10 = cpu.value("p10", 0.0);
  run.cpu_p50 = cpu.value("p50", 0.0);
  run.cpu_p90 = cpu.value("p90", 0.0);
  run.wall_p50 = answer.value("wall_s", Json::object()).value("p50", 0.0);
  const Json memory = answer.value("memory", Json::object());
  run.memory = {memory.value("rss_bytes", 0.0), memory.value("pss_bytes", 0.0), memory.value("uss_bytes", 0.0),
                memory.value("anonymous_bytes", 0.0), memory.value("file_bytes", 0.0)};
  return run;
}

LockSample to_sample(const Json& beside, const Json& alone) {
  const auto rate = [](const Json& of) { return of.value("turns", 0.0) / of.value("elapsed_s", 1.0); };
  LockSample sample;
  sample.share = std::clamp(1.0 - rate(beside) / std::max(rate(alone), 1e-9), 0.0, 1.0);
  sample.wall = beside.value("wall_mean_s", 0.0);
  sample.releases = std::max(0.0, (beside.value("switches", 0.0) - beside.value("turns", 0.0)) / beside.value("calls", 1.0));
  return sample;
}

}  // namespace

Runtime describe(const Target& target) {
  if (target.native()) return {"native code", false, 0.005};
  const auto child = start(target, {"describe"});
  await_ready(*child);
  const Json answer = result(*child, 0.0);
  const bool free = answer.value("free_threaded_build", false);
  return {answer.value("implementation", "Python") + " " + answer.value("version", "?") + (free ? " free-threaded" : ""),
          answer.value("lock", true), answer.value("switch_interval_s", 0.005)};
}

Run run_threads(const Target& target, int threads, double seconds) {
  const auto child = start_run(target, threads, seconds);
  await_ready(*child);
  child->say("go\n");
  return to_run(result(*child, seconds));
}

std::vector<Run> run_processes(const Target& target, int processes, double seconds) {
  std::vector<std::unique_ptr<Child>> children;
  for (int i = 0; i < processes; ++i) children.push_back(start_run(target, 1, seconds));
  for (const auto& child : children) await_ready(*child);
  for (const auto& child : children) child->say("go\n");
  std::vector<Run> runs;
  for (const auto& child : children) runs.push_back(to_run(result(*child, seconds)));
  return runs;
}

std::vector<LockRound> sample_lock(const Target& target, double seconds) {
  const auto child = start(target, {"spin", "--seconds", fmt::format("{:g}", seconds)});
  await_ready(*child);
  child->say("go\n");
  std::vector<LockRound> rounds;
  for (const Json& round : result(*child, seconds).value("rounds", Json::array())) {
    rounds.push_back({to_sample(round["kernel"], round["alone"]), to_sample(round["releasing"], round["alone"])});
  }
  return rounds;
}

Allocation trace_allocation(const Target& target, int calls) {
  const auto child = start(target, {"trace", "--calls", std::to_string(calls)});
  await_ready(*child);
  child->say("go\n");
  const Json answer = result(*child, 0.0);
  return {answer.value("peak_bytes", 0.0), answer.value("growth_bytes", 0.0)};
}

}  // namespace kernels
