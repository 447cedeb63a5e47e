// SPDX-License-Identifier: MIT
// Which inputs move the answer, and which of them is worth measuring better?
//
// elasticity: d ln(answer) / d ln(input), by a central step of a few per cent:
//
//   e = ln(mean answer above / mean answer below) / ln(input above / input below)
//
// Replication k sees the same random numbers below and above, so a_k / mean above - b_k / mean below varies
// far less than either; a t interval on these differences (delta method) is the interval of e. swing: |answer
// at the high end - answer at the low end| / answer, over what a range or the measurement leaves open of the
// input, simulated at both ends. It is what measuring better can gain, so inputs are ranked by it; those of
// which nothing is stated follow, by elasticity. One input is moved at a time: of two that the probes tell
// only together, as a fit may leave them, each swings the answer further than both do. All intervals of one
// answer hold together with 95 %: each is taken at 1 - 5 % / (their number) (Bonferroni).
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/capacity/capacity.hpp"
#include "models/cluster/run_options.hpp"
#include "models/comparison/setting.hpp"
#include "models/fields/metrics.hpp"
#include "models/sensitivity/inputs.hpp"
#include "models/workload/load.hpp"

namespace models {

// What is asked about. The cost is that of as many containers as carry the load at their capacity, in
// fractions of one, each at the price that it has: what changes the price of a container itself is left out.
struct Answer {
  enum class Kind { metric, capacity, cost };

  Kind kind = Kind::metric;
  Metric metric = Metric::latency_p99;
  LoadAxis axis = LoadAxis::rate;   // of the capacity
  Currency currency;                // of the cost
  double price_of_container = 0.0;  // a month

  static Answer of(Metric metric);
  static Answer of_capacity(LoadAxis axis);
  static Answer of_cost(Currency currency, double price_of_container);

  std::string_view name() const;  // "latency_p99", "capacity", "cost"
  std::string field() const;      // in files: "latency_p99_s", "capacity_per_s", "cost_usd_per_month"
  std::string_view unit() const;  // as models::MetricInfo names units; empty for the cost
};

enum class Influence { moves, not_proven, none };  // none: the same answer in every replication
constexpr std::array<std::string_view, 3> words(Influence) {
  return {"moves", "not_proven", "none"};
}

struct Swing {
  double at_low = 0.0;  // mean answer at the ends
  double at_high = 0.0;
  double share = 0.0;  // of the answer
  double half_width = 0.0;
  bool proven() const { return share > half_width; }
};

struct Effect {
  std::size_t input = 0;  // index into the question's inputs
  Ends ends;              // of the step
  double elasticity =
      std::numeric_limits<double>::quiet_NaN();  // NaN: no step, or the answer is zero or missing on a side
  double half_width = std::numeric_limits<double>::quiet_NaN();
  Influence influence = Influence::none;
  std::optional<Swing> swing;  // of inputs with an interval
};

struct Sensitivity {
  Answer answer;
  double mean = 0.0;            // at the inputs as they are; NaN: it does not apply
  double half_width = 0.0;      // 95 %
  std::vector<Effect> effects;  // ranked
};

struct SensitivityQuestion {
  Setting setting;  // the deployment, every range of its profile at its middle
  Window window;
  Slo slo;             // of the capacity
  bool sized = false;  // there are as many containers as the load needs, so that a cost follows from it
  std::vector<Input> inputs;  // zero without an interval: not asked, it has no per cents
  std::vector<Answer> answers;
  double step = 0.05;
  std::size_t replications = 20;
};

// One for each answer. Throws Interrupted.
std::vector<Sensitivity> find_sensitivity(const SensitivityQuestion& question, const RunOptions& options);

}  // namespace models
