// SPDX-License-Identifier: MIT
#include "tests/validation/replay/recorded_run.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace validation {

const char* const metric_names[metrics] = {"throughput", "p50", "p99", "cpu/request", "memory", "pss"};

double Values::operator[](std::size_t metric) const {
  const double all[metrics] = {throughput, p50, p99, cpu_per_request, charge, pss};
  return all[metric];
}

std::string Case::label() const {
  std::string text = fmt::format("{} {} {} {}x{}", python, kernel, server, processes, threads);
  if (quota) text += fmt::format(" quota {}", *quota);
  if (rate) {
    text += fmt::format(" {}/s", *rate);
  } else if (connections != 8) {
    text += fmt::format(" n={}", connections);
  }
  return text;
}

namespace {

template <class T>
std::optional<T> optional_field(const nlohmann::json& object, const char* name) {
  const auto& value = object.at(name);
  return value.is_null() ? std::nullopt : std::optional<T>(value.get<T>());
}

RecordedRun parse(const std::string& line, int index) {
  const auto record = nlohmann::json::parse(line);
  const auto& what = record.at("case");
  const auto& latency = record.at("latency_us");
  const auto& memory = record.at("memory_load");
  RecordedRun run;
  run.index = index;
  run.what.python = what.at("python");
  run.what.kernel = what.at("kernel");
  run.what.server = what.at("worker_class");
  run.what.processes = what.at("workers");
  run.what.threads = what.at("threads");
  run.what.connections = what.at("connections");
  run.what.quota = optional_field<double>(what, "cpu");
  run.what.rate = optional_field<double>(what, "rate");
  run.what.keep_alive = !what.at("close").get<bool>();
  run.what.window = what.at("seconds");
  run.measured.throughput = record.at("throughput_rps");
  run.measured.p50 = latency.at("p50").get<double>() * 1e-6;
  run.measured.p99 = latency.at("p99").get<double>() * 1e-6;
  run.measured.cpu_per_request = record.at("cpu_us_per_request").get<double>() * 1e-6;
  run.measured.charge = memory.at("cgroup").at("usage");
  run.measured.pss = memory.at("pss").at("Pss");
  run.steal = record.at("steal_cores");
  run.other = record.at("other_cpu_cores");
  return run;
}

}  // namespace

std::vector<RecordedRun> read_recorded_runs(const std::string& file) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot open " + file);
  std::vector<RecordedRun> runs;
  for (std::string line; std::getline(in, line);) runs.push_back(parse(line, static_cast<int>(runs.size())));
  return runs;
}

}  // namespace validation
