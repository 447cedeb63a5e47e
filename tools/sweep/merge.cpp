// SPDX-License-Identifier: MIT
#include "tools/sweep/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "tools/report/shell_word.hpp"

namespace sweep {
namespace {

constexpr std::size_t most_listed = 10;

// The command that computes what is missing of a shard.
std::string command_of(const Header& header, const Shard& shard, const std::string& file) {
  const std::string part = shard.count > 1 ? " --shard " + text_of(shard) : "";
  return fmt::format("  {}{} --journal {} --resume", header.command, part, report::shell_word(file));
}

std::string first_of(std::vector<std::string> items, std::string_view separator, std::string_view indent) {
  if (items.size() > most_listed) {
    const std::size_t more = items.size() - most_listed;
    items.resize(most_listed);
    items.push_back(fmt::format("{}and {} more like these", indent, more));
  }
  return fmt::format("{}", fmt::join(items, separator));
}

}  // namespace

Merged::Merged(const std::vector<std::string>& files) {
  std::vector<Journal> opened;
  for (const std::string& file : files) {
    opened.push_back(Journal::open(file));
    const Journal& first = opened.front();
    const Journal& last = opened.back();
    const std::string why = difference(last.header(), first.header());
    if (!why.empty())
      throw JournalError(
          fmt::format("{} and {} are not of one sweep: of the second, {}", first.file(), file, why));
    if (last.header().shard.count != first.header().shard.count) {
      throw JournalError(fmt::format("{} is shard {}, but {} is shard {}: all must be cut into equally many",
                                     first.file(), text_of(first.header().shard), file,
                                     text_of(last.header().shard)));
    }
  }
  std::ranges::stable_sort(opened, {}, [](const Journal& one) { return one.header().shard.index; });
  for (std::size_t i = 1; i < opened.size(); ++i) {
    if (opened[i].header().shard != opened[i - 1].header().shard) continue;
    throw JournalError(fmt::format("{} and {} both hold shard {}: give one of them", opened[i - 1].file(),
                                   opened[i].file(), text_of(opened[i].header().shard)));
  }

  const Header& any = opened.front().header();
  std::vector<std::string> missing;
  std::vector<std::string> commands;
  std::size_t next = 0;
  for (std::size_t index = 1; index <= any.shard.count; ++index) {
    const Shard shard{index, any.shard.count};
    if (next < opened.size() && opened[next].header().shard == shard) {
      const Journal& journal = opened[next++];
      if (journal.complete()) continue;
      missing.push_back(fmt::format("{} of the {} points of {}", journal.size() - journal.finished(),
                                    journal.size(), journal.file()));
      commands.push_back(command_of(any, shard, journal.file()));
    } else {
      missing.push_back("shard " + text_of(shard));
      commands.push_back(command_of(any, shard, fmt::format("shard-{}-of-{}.journal", index, shard.count)));
    }
  }
  if (!missing.empty()) {
    throw JournalError(fmt::format("missing: {}; run\n{}", first_of(std::move(missing), ", ", ""),
                                   first_of(std::move(commands), "\n", "  ")));
  }
  header_ = any;
  header_.shard = {};
  journals_ = std::move(opened);
}

nlohmann::ordered_json Merged::rows(std::size_t point) const {
  return journals_[point % journals_.size()].rows(point / journals_.size());
}

std::vector<std::size_t> Merged::refused() const {
  std::vector<std::size_t> points;
  for (const Journal& journal : journals_) {
    for (const std::size_t position : journal.refused())
      points.push_back(journal.header().shard.point(position));
  }
  std::ranges::sort(points);
  return points;
}

std::string Merged::problem(std::size_t point) const {
  return journals_[point % journals_.size()].problem(point / journals_.size());
}

}  // namespace sweep
