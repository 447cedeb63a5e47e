// SPDX-License-Identifier: MIT
#include "tools/compare/gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "models/fields/spelling.hpp"
#include "tools/compare/change_text.hpp"

namespace differences {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// The figure of a bill that a gate means: by its name, or the monthly cost in whatever currency by "cost".
const BillChange* figure(const Gate& gate, const DeploymentChange& deployment) {
  const auto found = std::ranges::find_if(deployment.bill, [&](const BillChange& change) {
    return change.name == gate.metric ||
           (gate.metric == "cost" && change.name.starts_with("cost_") && change.name.ends_with("_per_month"));
  });
  return found == deployment.bill.end() ? nullptr : &*found;
}

JudgedGate judged_bill(const Gate& gate, const DeploymentChange& deployment, const BillChange& change) {
  const double ratio = 1.0 + gate.limit;
  const models::Verdict wanted = gate.above ? models::Verdict::more : models::Verdict::less;
  JudgedGate judged{&gate, &deployment, GateVerdict::holds, in_words(change)};
  if (change.verdict(ratio) == wanted) {
    judged.verdict = GateVerdict::exceeded;
  } else if (const double beyond = change.after.value - ratio * change.before.value; gate.above ? beyond > 0.0 : beyond < 0.0) {
    judged.verdict = GateVerdict::suspected;
  }
  return judged;
}

JudgedGate judged_metric(const Gate& gate, const DeploymentChange& deployment, const Change& change) {
  JudgedGate judged{&gate, &deployment, GateVerdict::holds, in_words(change)};
  switch (change.standing) {
    case Standing::compared: break;
    case Standing::vanishes:
    case Standing::saturates:
      judged.verdict = gate.above ? GateVerdict::exceeded : GateVerdict::holds;
      return judged;
    case Standing::saturated:
    case Standing::absent: judged.verdict = GateVerdict::unknown; return judged;
  }
  const models::Verdict wanted = gate.above ? models::Verdict::more : models::Verdict::less;
  if (change.verdict(1.0 + gate.limit) == wanted) {
    judged.verdict = GateVerdict::exceeded;
    return judged;
  }
  const bool looks_so = std::ranges::any_of(change.combinations, [&](const sim::TwoMeans& means) {
    const double beyond = means.contrast(1.0 + gate.limit).mean;
    return gate.above ? beyond > 0.0 : beyond < 0.0;
  });
  if (looks_so) judged.verdict = GateVerdict::suspected;
  return judged;
}

[[noreturn]] void refuse(const Gate& gate, const Comparison& comparison, bool is_metric) {
  if (is_metric || gate.metric == "cost" || gate.metric.starts_with("cost_")) {
    throw NothingToCompare(fmt::format("--fail-on '{}': no deployment has this figure on both sides", gate.text));
  }
  std::vector<std::string_view> known;
  for (const models::MetricInfo& info : models::metric_table()) known.push_back(info.name);
  for (const DeploymentChange& deployment : comparison.deployments) {
    for (const BillChange& change : deployment.bill) known.push_back(change.name);
  }
  const std::string_view near = models::nearest(gate.metric, known);
  throw NothingToCompare(fmt::format("--fail-on '{}': there is no metric '{}'{}", gate.text, gate.metric,
                                     near.empty() ? "; `forkcast list metrics` shows them"
                                                  : fmt::format("; did you mean '{}'?", near)));
}

}  // namespace

std::variant<Gate, std::string> parse_gate(std::string_view text) {
  constexpr std::string_view remedy = "write METRIC>+5% or METRIC<-5%";
  const std::size_t at = text.find_first_of("<>");
  if (at == std::string_view::npos || at == 0) return fmt::format("'{}' has no limit; {}", text, remedy);
  Gate gate;
  gate.text = text;
  gate.metric = trimmed(text.substr(0, at));
  gate.above = text[at] == '>';
  std::string_view limit = trimmed(text.substr(at + 1));
  if (!limit.ends_with('%')) return fmt::format("'{}': the limit must be in percent; {}", text, remedy);
  limit = trimmed(limit.substr(0, limit.size() - 1));
  const double sign = limit.starts_with('-') ? -1.0 : 1.0;
  if (limit.starts_with('-') || limit.starts_with('+')) limit.remove_prefix(1);
  double percent = 0.0;
  const auto end = std::from_chars(limit.data(), limit.data() + limit.size(), percent, std::chars_format::fixed);
  const bool plain = !limit.empty() && limit.find_first_not_of("0123456789.") == std::string_view::npos;
  if (!plain || end.ec != std::errc() || end.ptr != limit.data() + limit.size()) {
    return fmt::format("'{}': '{}' is no number; {}", text, limit, remedy);
  }
  gate.limit = sign * percent / 100.0;
  if (gate.limit <= -1.0) return fmt::format("'{}': nothing can shrink by 100 % or more", text);
  return gate;
}

std::vector<JudgedGate> judge(const std::vector<Gate>& gates, const Comparison& comparison) {
  std::vector<JudgedGate> all;
  for (const Gate& gate : gates) {
    const auto info = std::ranges::find_if(models::metric_table(), [&](const models::MetricInfo& one) {
      return one.name == gate.metric || one.field == gate.metric;
    });
    const bool is_metric = info != models::metric_table().end();
    bool known = false;
    for (const DeploymentChange& deployment : comparison.deployments) {
      if (is_metric) {
        all.push_back(judged_metric(gate, deployment, deployment.changes[static_cast<std::size_t>(info->metric)]));
        known = known || deployment.changes[static_cast<std::size_t>(info->metric)].standing != Standing::absent;
      } else if (const BillChange* change = figure(gate, deployment)) {
        all.push_back(judged_bill(gate, deployment, *change));
        known = true;
      }
    }
    if (!known) refuse(gate, comparison, is_metric);
  }
  return all;
}

std::string line(const JudgedGate& judged) {
  constexpr std::array<std::string_view, 4> marks{"✓", "?", "✗", "?"};
  constexpr std::array<std::string_view, 4> remarks{"", ", not proven: not counted as a failure", "",
                                                    ": cannot be judged"};
  const auto verdict = static_cast<std::size_t>(judged.verdict);
  return fmt::format("{} {} not {}: {}{}", marks[verdict], judged.deployment->name, judged.gate->text, judged.found,
                     remarks[verdict]);
}

}  // namespace differences
