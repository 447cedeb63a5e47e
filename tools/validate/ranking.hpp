// SPDX-License-Identifier: MIT
// Which deployment is best? That is what a user asks, so it is scored on its own.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tools/validate/score.hpp"

namespace validation {

// tied: another one is predicted best, but it and the measured best differ by no more than repeats of them do, as
// measured or as predicted.
enum class RankingVerdict { right, tied, wrong };
constexpr std::array<std::string_view, 3> words(RankingVerdict) { return {"right", "tied", "wrong"}; }

// A spread above this does not make a tie.
inline constexpr double widest_tie = 0.05;

struct Ranking {
  std::string what;                  // service and budget
  std::size_t deployments = 0;
  std::string measured_best;         // most throughput
  std::string predicted_best;
  double regret = 0.0;               // share of the best throughput that following the prediction would lose
  RankingVerdict verdict = RankingVerdict::right;
};

// One for each set of at least two closed-loop deployments of one group, kernel, quota, memory limit, cores,
// connections and keep-alive. Cases that a profile was fitted from take part: the question is about the set.
// groups: the group of each subject. A server that never keeps connections belongs to both kinds of clients.
std::vector<Ranking> rankings(const std::vector<ScoredCase>& cases, const std::map<std::string, std::string>& groups);

}  // namespace validation
