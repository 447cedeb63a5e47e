// SPDX-License-Identifier: MIT
#include "tools/sweep/journal.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/temporary_folder.hpp"
#include "tools/sweep/merge.hpp"
#include "tools/sweep/row_format.hpp"

using nlohmann::ordered_json;
using sweep::Header;
using sweep::Journal;
using sweep::JournalError;

namespace {

Header header(std::size_t points, sweep::Shard shard = {}) {
  Header made;
  made.version = "1";
  made.source = "abc";
  made.scenario_file = "s.yaml";
  made.scenario_hash = "123";
  made.design = {{"grid", {{"a", "1..9"}}}};
  made.points = points;
  made.shard = shard;
  made.columns = {"a", "deployment", "throughput_per_s"};
  made.command = "forkcast sweep s.yaml";
  return made;
}

ordered_json rows(std::size_t position) {
  return ordered_json::array(
      {{position, "x", 0.5 * static_cast<double>(position)}, {position, "y, z", nullptr}});
}

std::string content(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string as_csv(const Header& what, const sweep::RowsAt& rows_at) {
  std::string text;
  const auto format = sweep::row_format_named("csv")->make();
  CHECK(sweep::write_all(what, what.shard, rows_at, *format, [&](std::string_view part) {
    text += part;
    return true;
  }));
  return text;
}

}  // namespace

TEST_CASE("shards take turns, and all of them together are the whole") {
  for (const std::size_t points : {0U, 1U, 6U, 7U, 8U, 100U}) {
    std::vector<int> taken(points);
    for (std::size_t index = 1; index <= 7; ++index) {
      const sweep::Shard shard{index, 7};
      for (std::size_t position = 0; position < shard.size(points); ++position)
        ++taken[shard.point(position)];
    }
    CHECK(taken == std::vector<int>(points, 1));
  }
  CHECK(sweep::parse_shard("3/7") == sweep::Shard{3, 7});
  for (const char* wrong : {"", "3", "0/7", "8/7", "3/", "/7", "3/7x", "-1/7", "1/0", "1/100001"})
    CHECK_FALSE(sweep::parse_shard(wrong));
}

TEST_CASE("what was appended in any order is read in the order of the points") {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "j";
  {
    Journal journal = Journal::begin(file, header(5));
    for (const std::size_t position : {3U, 0U, 4U}) journal.append(position, rows(position));
    CHECK(journal.finished() == 3);
    CHECK_FALSE(journal.complete());
  }
  Journal journal = Journal::resume(file, header(5));
  CHECK(journal.finished() == 3);
  CHECK(journal.has(3));
  CHECK_FALSE(journal.has(1));
  CHECK(journal.rows(3) == rows(3));
  for (const std::size_t position : {2U, 1U}) journal.append(position, rows(position));
  CHECK(journal.complete());
  CHECK(as_csv(header(5), [&](std::size_t position) { return journal.rows(position); }) ==
        "point,a,deployment,throughput_per_s\r\n1,0,x,0\r\n1,0,\"y, z\",\r\n2,1,x,0.5\r\n2,1,\"y, "
        "z\",\r\n3,2,x,1\r\n3,2,\"y, z\",\r\n"
        "4,3,x,1.5\r\n4,3,\"y, z\",\r\n5,4,x,2\r\n5,4,\"y, z\",\r\n");
}

// Whatever stretch of the file is left, resuming loses at most the line that was cut.
TEST_CASE("a journal cut off anywhere is taken up with all its whole lines") {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "j";
  {
    Journal journal = Journal::begin(file, header(3));
    for (std::size_t position = 0; position < 3; ++position) journal.append(position, rows(position));
  }
  const std::string whole = content(file);
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << whole.substr(0, length);
    {
      Journal journal = Journal::resume(file, header(3));
      const auto lines = static_cast<std::size_t>(
          std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length), '\n'));
      CHECK(journal.finished() == (lines == 0 ? 0 : lines - 1));
      for (std::size_t position = 0; position < 3; ++position) {
        if (!journal.has(position)) journal.append(position, rows(position));
      }
    }
    REQUIRE(content(file) == whole);
  }
}

TEST_CASE("what is no torn end is no journal to go on with") {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "j";
  {
    Journal journal = Journal::begin(file, header(3, {1, 2}));
    journal.append(0, rows(0));
  }
  const std::string whole = content(file);
  const auto refused = [&](const std::string& text) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
    CHECK_THROWS_AS(Journal::resume(file, header(3, {1, 2})), JournalError);
    CHECK(content(file) == text);
  };
  refused("some notes of mine\n");
  refused("some notes");
  refused("{}\n");
  refused(whole + "{\"point\":\n{\"point\":3,\"rows\":[]}\n");
  refused(whole + "{\"point\":1,\"rows\":[]}\n");
  refused(whole + "{\"point\":2,\"rows\":[]}\n");
  refused(whole + "{\"point\":5,\"rows\":[]}\n");
  std::ofstream(file, std::ios::binary | std::ios::trunc) << whole;
  CHECK_THROWS_AS(Journal::begin(file, header(3, {1, 2})), JournalError);
  CHECK_THROWS_AS(Journal::resume(file, header(3, {2, 2})), JournalError);
  for (const auto& change :
       {+[](Header& one) { one.version += '2'; }, +[](Header& one) { one.source += 'x'; },
        +[](Header& one) { one.scenario_hash += 'x'; }, +[](Header& one) { one.design = 1; },
        +[](Header& one) { one.capacity = true; }, +[](Header& one) { one.columns.pop_back(); }}) {
    Header other = header(3, {1, 2});
    change(other);
    CHECK_THROWS_AS(Journal::resume(file, other), JournalError);
  }
  // Where it lies and how it was asked for does not matter.
  Header same = header(3, {1, 2});
  same.scenario_file = "elsewhere/s.yaml";
  same.command = "forkcast sweep elsewhere/s.yaml";
  CHECK(Journal::resume(file, same).finished() == 1);
}

TEST_CASE("a refused point has a problem and no rows, also after resuming and merging") {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "j";
  {
    Journal journal = Journal::begin(file, header(4));
    journal.append(0, rows(0));
    journal.refuse(3, "a=4: too \"much\"");
    journal.refuse(1, "a=2: \xff");
  }
  {
    Journal journal = Journal::resume(file, header(4));
    CHECK(journal.finished() == 3);
    CHECK(journal.refused() == std::vector<std::size_t>{1, 3});
    CHECK(journal.problem(3) == "a=4: too \"much\"");
    CHECK(journal.problem(0).empty());
    journal.append(2, rows(2));
    CHECK(journal.complete());
  }
  const sweep::Merged merged({file});
  CHECK(merged.refused() == std::vector<std::size_t>{1, 3});
  CHECK(merged.problem(3) == "a=4: too \"much\"");
  CHECK(as_csv(merged.header(), [&](std::size_t point) { return merged.rows(point); }) ==
        "point,a,deployment,throughput_per_s\r\n1,0,x,0\r\n1,0,\"y, z\",\r\n3,2,x,1\r\n3,2,\"y, z\",\r\n");
}

TEST_CASE("what cannot be read is not taken for the end of a journal") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(Journal::open(folder.path()), doctest::Contains("Is a directory"), JournalError);
}

TEST_CASE("a journal that cannot be begun leaves no file behind") {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "j";
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handled = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit none{0, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &none);
  CHECK_THROWS_WITH_AS(Journal::begin(file, header(3)), doctest::Contains("File too large"), JournalError);
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handled);
  CHECK_FALSE(std::filesystem::exists(file));
}

TEST_CASE("names that are not UTF-8 are kept as far as they can be") {
  const TemporaryFolder folder;
  Header odd = header(1);
  odd.scenario_file = "\xff.yaml";
  const std::string file = folder.path() + "j";
  Journal::begin(file, odd).append(0, ordered_json::array({{1, "\xff", 0.5}}));
  const Journal journal = Journal::resume(file, odd);
  CHECK(journal.complete());
  const auto format = sweep::row_format_named("json")->make();
  std::string text;
  CHECK(sweep::write_all(
      journal.header(), {}, [&](std::size_t position) { return journal.rows(position); }, *format,
      [&](std::string_view part) {
        text += part;
        return true;
      }));
  CHECK(ordered_json::parse(text)["rows"][0]["deployment"] == "\ufffd");
}

TEST_CASE("more shards are merged than files may be open") {
  const TemporaryFolder folder;
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few{32, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &few);
  std::vector<std::string> files;
  for (std::size_t index = 1; index <= 50; ++index) {
    files.push_back(folder.path() + std::to_string(index));
    Journal::begin(files.back(), header(50, {index, 50})).append(0, rows(index - 1));
  }
  const sweep::Merged merged(files);
  CHECK(as_csv(header(50), rows) ==
        as_csv(merged.header(), [&](std::size_t point) { return merged.rows(point); }));
  ::setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("shards in any order give the rows of the whole") {
  const TemporaryFolder folder;
  std::vector<std::string> files;
  for (const std::size_t index : {3U, 1U, 2U}) {
    files.push_back(folder.path() + std::to_string(index));
    Journal journal = Journal::begin(files.back(), header(10, {index, 3}));
    for (std::size_t position = journal.size(); position-- > 0;)
      journal.append(position, rows(journal.header().shard.point(position)));
  }
  const sweep::Merged merged(files);
  CHECK(as_csv(header(10), rows) ==
        as_csv(merged.header(), [&](std::size_t point) { return merged.rows(point); }));
}

// A million points: rows go to the file and come from it one by one, so memory holds the offsets and nothing
// else.
TEST_CASE("a million points stream through a journal" * doctest::test_suite("slow")) {
  const auto peak_bytes = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024.0;
  };
  constexpr std::size_t points = 1'000'000;
  const TemporaryFolder folder;
  const double before = peak_bytes();
  std::size_t written = 0;
  std::size_t bytes = 0;
  {
    Journal journal = Journal::begin(folder.path() + "j", header(points));
    for (std::size_t position = points; position-- > 0;) journal.append(position, rows(position));
  }
  {
    const Journal journal = Journal::open(folder.path() + "j");
    REQUIRE(journal.complete());
    const auto format = sweep::row_format_named("jsonl")->make();
    CHECK(sweep::write_all(
        journal.header(), {}, [&](std::size_t position) { return journal.rows(position); }, *format,
        [&](std::string_view text) {
          bytes += text.size();
          if (!text.empty()) ++written;
          return true;
        }));
  }
  CHECK(written == 2 * points);
  CHECK(bytes > 100 * points);
  // Eight bytes a point, and a block of the file.
  CHECK(peak_bytes() - before < 24e6);
}
