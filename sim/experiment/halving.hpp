// SPDX-License-Identifier: MIT
// Which of many alternatives is best? Successive halving (Karnin, Koren, Somekh, ICML 2013): all get a few
// replications, the better half twice as many, and so on, so that most are spent on those that are hard to tell apart.
// Replication k has the same random numbers for every alternative, so scores are compared replication by replication.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace sim {

struct HalvingRule {
  std::size_t first = 2;        // replications of the first round
  std::size_t survivors = 4;    // that many are left, or as many as there are
};

// The scores of replications from..to-1 for each of the alternatives, in their order; more is better.
using Scores = std::function<std::vector<std::vector<double>>(std::span<const std::size_t> alternatives,
                                                              std::size_t from, std::size_t to)>;

// The survivors, best first by their mean score. Equal ones keep the order of their numbers, so whoever asks numbers
// first what is to be preferred.
std::vector<std::size_t> halve(std::size_t alternatives, const HalvingRule& rule, const Scores& scores);

}  // namespace sim
