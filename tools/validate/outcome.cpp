// SPDX-License-Identifier: MIT
#include "tools/validate/outcome.hpp"

#include <algorithm>
#include <array>

namespace validation {

namespace {

constexpr std::array<Format, 4> table{
    {{"table", as_table}, {"json", as_json}, {"markdown", as_markdown}, {"csv", as_csv}}};

}  // namespace

Summary summary_of_all(const std::vector<Outcome>& outcomes) {
  std::vector<ScoredCase> cases;
  std::vector<Ranking> rankings;
  for (const Outcome& outcome : outcomes) {
    cases.insert(cases.end(), outcome.cases.begin(), outcome.cases.end());
    rankings.insert(rankings.end(), outcome.rankings.begin(), outcome.rankings.end());
  }
  return summarize(cases, rankings);
}

std::span<const Format> formats() { return table; }

const Format* format_named(std::string_view name) {
  const auto* found = std::find_if(table.begin(), table.end(), [&](const Format& one) { return one.name == name; });
  return found == table.end() ? nullptr : found;
}

}  // namespace validation
