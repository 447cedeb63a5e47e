// SPDX-License-Identifier: MIT
// The journals of all shards of a sweep as one table. Every point must be there, once.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/sweep/journal.hpp"

namespace sweep {

class Merged {
 public:
  // Throws JournalError: what is missing or does not belong together, and the commands that compute what is
  // missing.
  explicit Merged(const std::vector<std::string>& files);

  // Of the whole sweep.
  const Header& header() const { return header_; }
  // point: from 0.
  nlohmann::ordered_json rows(std::size_t point) const;
  // Points that cannot be simulated, in order, and why this is so.
  std::vector<std::size_t> refused() const;
  std::string problem(std::size_t point) const;

 private:
  std::vector<Journal> journals_;  // of shard 1, 2, ...
  Header header_;
};

}  // namespace sweep
