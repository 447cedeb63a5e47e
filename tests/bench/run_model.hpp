// SPDX-License-Identifier: MIT
// What every measured program is: models by name, one of which it runs.
//
//   PROGRAM MODEL SIZE OPERATIONS SEED      SIZE: a number, or two such as 8x64
//   PROGRAM --version
//
// prints one line of JSON: the CPU time of the run without its set-up, the operations done (customers, waits,
// bursts, requests), the mean that theory knows, and whatever else the model tells.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/stopwatch.hpp"

namespace bench {

struct Run {
  std::uint32_t size;
  std::uint32_t by;  // second number of the size, or 1
  std::uint64_t operations;
  std::uint64_t seed;
  Stopwatch& stopwatch;
};

struct Outcome {
  double operations = 0.0;
  double mean = 0.0;
  std::vector<std::pair<const char*, double>> more;
};

struct Model {
  std::string name;
  std::function<Outcome(const Run&)> run;
};

using Function = double (*)(std::uint64_t operations, std::uint32_t size, std::uint64_t seed,
                            Stopwatch& stopwatch);

// A function that returns the mean itself, or the simulated time that the operations took, as a model.
inline auto mean_of(Function function) {
  return [function](const Run& run) {
    const double mean = function(run.operations, run.size, run.seed, run.stopwatch);
    return Outcome{static_cast<double>(run.operations), mean, {}};
  };
}
inline auto rate_of(Function function) {
  return [function](const Run& run) {
    Outcome outcome = mean_of(function)(run);
    outcome.mean = outcome.operations / outcome.mean;
    return outcome;
  };
}

inline int run_model(int count, char** arguments, const std::string& version,
                     const std::vector<Model>& models) {
  if (count == 2 && std::string(arguments[1]) == "--version") {
    std::printf("%s\n", version.c_str());
    return 0;
  }
  for (const Model& model : models) {
    if (count != 5 || model.name != arguments[1]) continue;
    char* rest = nullptr;
    const auto size = static_cast<std::uint32_t>(std::strtoul(arguments[2], &rest, 10));
    const auto by = *rest == 'x' ? static_cast<std::uint32_t>(std::strtoul(rest + 1, nullptr, 10)) : 1;
    Stopwatch stopwatch;
    const Outcome outcome = model.run({size, by, std::strtoull(arguments[3], nullptr, 10),
                                       std::strtoull(arguments[4], nullptr, 10), stopwatch});
    std::printf("{\"cpu_s\": %.9g, \"operations\": %.0f, \"mean\": %.9g", stopwatch.spent(),
                outcome.operations, outcome.mean);
    for (const auto& [name, value] : outcome.more) std::printf(", \"%s\": %.9g", name, value);
    std::printf("}\n");
    return 0;
  }
  std::fprintf(stderr, "usage: %s MODEL SIZE OPERATIONS SEED; models:", arguments[0]);
  for (const Model& model : models) std::fprintf(stderr, " %s", model.name.c_str());
  std::fprintf(stderr, "\n");
  return 2;
}

}  // namespace bench
