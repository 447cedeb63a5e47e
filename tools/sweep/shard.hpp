// SPDX-License-Identifier: MIT
// One of several equal parts of a sweep: every count-th point from the index-th on, so that costs which
// change along an axis are shared out evenly.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sweep {

struct Shard {
  std::size_t index = 1;  // from 1
  std::size_t count = 1;

  bool operator==(const Shard&) const = default;
  // Of so many points, how many are in this shard, and which ones, from 0.
  std::size_t size(std::size_t points) const { return points < index ? 0 : (points - index) / count + 1; }
  std::size_t point(std::size_t position) const { return index - 1 + position * count; }
};

inline constexpr std::size_t most_shards = 100'000;

// "3/7"; nothing when it is no shard.
std::optional<Shard> parse_shard(std::string_view text);
std::string text_of(const Shard& shard);

}  // namespace sweep
