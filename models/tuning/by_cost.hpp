// SPDX-License-Identifier: MIT
// Candidates by what they cost: which part of the load each gets before it is priced, its price, and which is
// best.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "models/pricing/pricing.hpp"
#include "models/tuning/tuning.hpp"

namespace models {

// One container with its part of the load when there are as many as arithmetic asks for.
TrialParameters of_one_of_several(const TuneQuestion& question);

// As `run` prices it, but what a few single replications carry at best is where sizing begins; it goes on
// until the promises are kept. `replications` grows by those that it took. Throws Interrupted.
Priced price_roughly(const TrialParameters& service, const TuneQuestion& question, const RunOptions& options,
                     std::size_t& replications);

// No other that keeps the promises is cheaper and no slower, or as cheap and faster.
void mark_cheap_and_fast(std::vector<Candidate>& candidates);

// Of the cheapest that keep the promises: one of the fastest, with the fewest processes, then threads.
std::optional<std::size_t> cheapest(const std::vector<Candidate>& candidates,
                                    std::span<const std::size_t> priced);

}  // namespace models
