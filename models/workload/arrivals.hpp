// SPDX-License-Identifier: MIT
// Arrival processes of open workloads: when the next request of the whole service comes.
// A new process is one file arrival_<name>.cpp with its factory, one enumerator of ArrivalProcess and one line in
// arrivals.cpp.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "models/workload/load.hpp"
#include "sim/random/stream.hpp"

namespace models {

class Arrivals {
 public:
  virtual ~Arrivals() = default;
  // The time of the next arrival, not before the previous one; TimePoint::never() when there are no more.
  virtual TimePoint next() = 0;
};

struct ArrivalInfo {
  ArrivalProcess process;
  std::string_view name;
  std::string_view help;
  std::unique_ptr<Arrivals> (*make)(const Load&, sim::Stream);
};

std::span<const ArrivalInfo> arrival_processes();

// Requires: load.open or load.trace is set.
std::unique_ptr<Arrivals> make_arrivals(const Load& load, sim::Stream stream);

// Factories, one file each.
std::unique_ptr<Arrivals> make_poisson(const Load& load, sim::Stream stream);
std::unique_ptr<Arrivals> make_deterministic(const Load& load, sim::Stream stream);
std::unique_ptr<Arrivals> make_gamma(const Load& load, sim::Stream stream);
std::unique_ptr<Arrivals> make_mmpp(const Load& load, sim::Stream stream);
std::unique_ptr<Arrivals> make_diurnal(const Load& load, sim::Stream stream);
std::unique_ptr<Arrivals> make_trace(const Load& load);

}  // namespace models
