// SPDX-License-Identifier: MIT
#include "tools/sweep/shard.hpp"

#include <fmt/format.h>

#include <charconv>

namespace sweep {

std::optional<Shard> parse_shard(std::string_view text) {
  Shard shard;
  const char* const end = text.data() + text.size();
  const auto [slash, first] = std::from_chars(text.data(), end, shard.index);
  if (first != std::errc{} || slash == end || *slash != '/') return std::nullopt;
  const auto [rest, second] = std::from_chars(slash + 1, end, shard.count);
  if (second != std::errc{} || rest != end) return std::nullopt;
  if (shard.index < 1 || shard.index > shard.count || shard.count > most_shards) return std::nullopt;
  return shard;
}

std::string text_of(const Shard& shard) {
  return fmt::format("{}/{}", shard.index, shard.count);
}

}  // namespace sweep
