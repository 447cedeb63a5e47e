// SPDX-License-Identifier: MIT
// One measured run of a real server, as recorded in tests/validation/data (its README says what was measured and how).
// Times in seconds, memory in bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace validation {

// What ran. Two runs of one case differ only by when they were made.
struct Case {
  std::string python;
  std::string kernel;
  std::string server;          // worker class: sync or gthread
  int processes = 1;
  int threads = 1;
  int connections = 1;
  std::optional<double> quota; // cores
  std::optional<double> rate;  // open arrivals per second; absent: closed loop
  bool keep_alive = true;
  double window = 0.0;         // measured time

  bool operator==(const Case&) const = default;
  std::string label() const;
};

// What the replay compares; the order of metric_names.
struct Values {
  double throughput = 0.0;
  double p50 = 0.0;
  double p99 = 0.0;
  double cpu_per_request = 0.0;
  double charge = 0.0;
  double pss = 0.0;

  double operator[](std::size_t metric) const;
};
inline constexpr std::size_t metrics = 6;
extern const char* const metric_names[metrics];

struct RecordedRun {
  int index = 0;               // position in the file: its id
  Case what;
  Values measured;
  double steal = 0.0;          // cores that the hypervisor gave to others
  double other = 0.0;          // cores used by neither server nor load program

  bool contaminated() const { return steal > 0.05 || other > 0.05; }
};

std::vector<RecordedRun> read_recorded_runs(const std::string& file);

}  // namespace validation
