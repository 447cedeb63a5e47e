// SPDX-License-Identifier: MIT
// `--fail-on 'latency_p99>+5%'`: the change that a pipeline must not let pass. It fails only when the data prove that
// the change is beyond the limit; what merely looks so is reported.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tools/compare/pairing.hpp"

namespace differences {

struct Gate {
  std::string text;     // as the user wrote it
  std::string metric;   // of the metric table, or a figure of the bill
  bool above = true;    // '>': a change beyond the limit upwards
  double limit = 0.0;   // relative to before: 0.05 is 5 % more
};

// The gate, or what is wrong with its spelling.
std::variant<Gate, std::string> parse_gate(std::string_view text);

enum class GateVerdict {
  holds,
  suspected,  // the estimate is beyond the limit, but that is not proven
  exceeded,
  unknown,    // the metric does not apply to both sides
};

struct JudgedGate {
  const Gate* gate = nullptr;
  const DeploymentChange* deployment = nullptr;
  GateVerdict verdict = GateVerdict::unknown;
  std::string found;  // the change in words
};

// Every gate for every deployment. Throws NothingToCompare where a gate's metric is unknown or applies to none.
std::vector<JudgedGate> judge(const std::vector<Gate>& gates, const Comparison& comparison);

std::string line(const JudgedGate& judged);

}  // namespace differences
