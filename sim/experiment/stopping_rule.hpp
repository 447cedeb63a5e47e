// SPDX-License-Identifier: MIT
// When a trial has enough replications. Decisions fall only at fixed counts (minimum, minimum + batch, ...
// maximum) and only from the trial's own results in index order: they depend neither on the number of threads
// nor on other trials.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace sim {

using Observations = std::span<const std::vector<double>>;  // one vector of metrics for each replication

struct StoppingRule {
  double precision = 0.02;  // the 95 % half width over |mean| to reach in every listed metric
  std::size_t minimum = 10;
  std::size_t maximum = 100;
  std::size_t batch = 5;
  std::vector<std::size_t> metrics;    // indices into an observation
  std::optional<std::size_t> exactly;  // so many replications, whatever the precision

  // Every listed metric has reached the precision. One that is NaN or zero on average has no relative
  // precision and is passed over.
  bool precise(Observations observations) const;

  // How many replications must be complete at the next decision, given that `done` are (0: none yet).
  std::size_t next_decision(std::size_t done) const;

  // Enough: precise, or as many as there may be.
  bool satisfied(Observations observations) const;

  // A forecast of the final number, for progress displays: the half width shrinks with the square root of the
  // number.
  std::size_t expected(Observations observations) const;
};

}  // namespace sim
