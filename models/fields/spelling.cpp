// SPDX-License-Identifier: MIT
#include "models/fields/spelling.hpp"

#include <algorithm>
#include <string>

namespace models {

namespace {

constexpr std::size_t longest_name = 64;

char fold(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  return c == '-' ? '_' : c;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 40;
  std::string shown = "'";
  std::size_t used = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    // Cut only before a new UTF-8 character.
    if (used >= longest && (byte & 0xC0) != 0x80) {
      shown += "...";
      break;
    }
    shown += byte < 0x20 || byte == 0x7F ? '?' : c;
    ++used;
  }
  return shown + "'";
}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > limit || a.size() > longest_name || b.size() > longest_name) return limit + 1;
  // Optimal string alignment: rows of the two previous prefixes of a.
  std::vector<std::size_t> before(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    before.swap(previous);
    previous.swap(current);
  }
  return std::min(previous[b.size()], limit + 1);
}

std::string_view nearest(std::string_view written, const std::vector<std::string_view>& candidates) {
  std::string folded(written.substr(0, longest_name + 1));
  std::transform(folded.begin(), folded.end(), folded.begin(), fold);
  const std::size_t limit = folded.size() < 2 ? 0 : std::max<std::size_t>(1, folded.size() / 3);
  std::string_view best;
  std::size_t best_distance = limit + 1;
  for (const std::string_view candidate : candidates) {
    std::string name(candidate.substr(0, longest_name + 1));
    std::transform(name.begin(), name.end(), name.begin(), fold);
    const std::size_t distance = edit_distance(folded, name, limit);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view written, const std::vector<std::string_view>& known) {
  constexpr std::size_t most = 12;
  if (const std::string_view guess = nearest(written, known); !guess.empty()) {
    return "did you mean " + in_quotes(guess) + "?";
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(known.size(), most); ++i) {
    text += i == 0 ? "known are " : ", ";
    text += known[i];
  }
  return known.size() > most ? text + ", ..." : text;
}

}  // namespace models
