// SPDX-License-Identifier: MIT
#include "tools/validate/naive.hpp"
#include "sim/stats/median.hpp"

namespace validation {

namespace {

bool is_single_worker(const models::Configuration& what, const models::Configuration& of) {
  return what.processes == 1 && what.threads == 1 && !what.cpu && !what.memory && !what.preload && !what.rate &&
         what.subject == of.subject && what.kernel == of.kernel && what.server == of.server && what.cores == of.cores &&
         what.keep_alive == of.keep_alive;
}

}  // namespace

Values naive_prediction(const std::vector<MeasuredCase>& cases, const models::Configuration& what) {
  const MeasuredCase* single = nullptr;
  for (const MeasuredCase& one : cases) {
    if (!is_single_worker(one.what, what) || same_case(one.what, what)) continue;
    if (!what.rate && one.what.connections != what.connections) continue;
    if (!single || one.what.connections > single->what.connections) single = &one;
  }
  Values guess = no_values();
  if (!single) return guess;
  for (std::size_t metric = 0; metric < metrics; ++metric) {
    std::vector<double> repeats;
    for (const models::MeasuredRun& run : single->runs) repeats.push_back(values_of(run)[metric]);
    guess[metric] = sim::median(std::move(repeats));
  }
  const double processes = static_cast<double>(what.processes);
  const double workers = processes * static_cast<double>(what.threads);
  const double latency = what.rate ? no_values()[1] : 1.0 / workers;
  guess[0] = what.rate ? what.rate->per_second : guess[0] * workers;
  guess[1] *= latency;
  guess[2] *= latency;
  guess[4] *= processes;
  guess[5] *= processes;
  return guess;
}

}  // namespace validation
