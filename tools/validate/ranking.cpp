// SPDX-License-Identifier: MIT
#include "tools/validate/ranking.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/fields/quantity_text.hpp"
#include "models/runtime/server.hpp"

namespace validation {

namespace {

using models::Kind;

bool never_keeps(const models::Configuration& what) {
  const models::ServerInfo* server = models::find_server(what.server);
  return server && !server->keep_alive;
}

std::string contest(const models::Configuration& what, const std::string& group, bool keep_alive) {
  std::string text = group;
  if (!what.kernel.empty()) text += " " + what.kernel;
  if (what.cpu) text += " cpu " + models::format_quantity(Kind::cores, what.cpu->value);
  if (what.memory) text += " mem " + models::format_quantity(Kind::bytes, what.memory->value);
  text += fmt::format(" n={} on {} core{}{}", what.connections, what.cores, what.cores == 1 ? "" : "s",
                      keep_alive ? "" : " close");
  return text;
}

Ranking judged(const std::string& what, const std::vector<const ScoredCase*>& candidates) {
  const auto measured = [](const ScoredCase* one) { return one->measured[throughput]; };
  const auto predicted = [](const ScoredCase* one) { return one->prediction.values[throughput]; };
  const auto by = [](auto value) { return [value](const auto* a, const auto* b) { return value(a) < value(b); }; };
  const ScoredCase* best = *std::max_element(candidates.begin(), candidates.end(), by(measured));
  const ScoredCase* guess = *std::max_element(candidates.begin(), candidates.end(), by(predicted));
  // NaN, of a single repeat, makes no tie.
  const double spread = std::fmax(best->spread[throughput], guess->spread[throughput]);
  const double tie = std::isnan(spread) ? 0.0 : std::min(spread, widest_tie);
  Ranking ranking{what, candidates.size(), label(best->what), label(guess->what),
                  1.0 - measured(guess) / measured(best), RankingVerdict::wrong};
  if (best == guess) {
    ranking.verdict = RankingVerdict::right;
  } else if (ranking.regret <= tie || predicted(best) >= predicted(guess) * (1.0 - tie)) {
    ranking.verdict = RankingVerdict::tied;
  }
  return ranking;
}

}  // namespace

std::vector<Ranking> rankings(const std::vector<ScoredCase>& cases, const std::map<std::string, std::string>& groups) {
  std::map<std::string, std::vector<const ScoredCase*>> contests;
  for (const ScoredCase& one : cases) {
    if (one.what.rate || std::isnan(one.prediction.values[throughput])) continue;
    const std::string& group = groups.at(one.what.subject);
    for (const bool keep_alive : {true, false}) {
      if (keep_alive != one.what.keep_alive && !never_keeps(one.what)) continue;
      contests[contest(one.what, group, keep_alive)].push_back(&one);
    }
  }
  std::vector<Ranking> found;
  for (const auto& [what, candidates] : contests) {
    const bool all_close = std::all_of(candidates.begin(), candidates.end(),
                                       [](const ScoredCase* one) { return never_keeps(one->what); });
    // Nothing but servers that close is one contest, not two.
    if (candidates.size() < 2 || (all_close && what.ends_with(" close"))) continue;
    found.push_back(judged(what, candidates));
  }
  return found;
}

}  // namespace validation
