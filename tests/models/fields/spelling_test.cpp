// SPDX-License-Identifier: MIT
#include "models/fields/spelling.hpp"

#include <doctest/doctest.h>

#include <string>

TEST_CASE("the distance counts inserted, deleted, replaced and swapped letters") {
  CHECK(models::edit_distance("threads", "threads", 3) == 0);
  CHECK(models::edit_distance("threds", "threads", 3) == 1);
  CHECK(models::edit_distance("thraeds", "threads", 3) == 1);
  CHECK(models::edit_distance("kitten", "sitting", 9) == 3);
  CHECK(models::edit_distance("", "abc", 9) == 3);
  CHECK(models::edit_distance("abc", "xyz", 2) == 3);
}

TEST_CASE("the nearest name is offered only when a slip could have meant it") {
  const std::vector<std::string_view> names{"threads", "processes", "executor_threads", "gil"};
  CHECK(models::nearest("threds", names) == "threads");
  CHECK(models::nearest("Processes", names) == "processes");
  CHECK(models::nearest("executor-threads", names) == "executor_threads");
  CHECK(models::nearest("banana", names).empty());
  CHECK(models::nearest("x", names).empty());
  CHECK(models::nearest("", names).empty());
}

TEST_CASE("quoting cuts long texts between characters and hides control characters") {
  CHECK(models::in_quotes("a\033[31mb") == "'a?[31mb'");
  CHECK(models::in_quotes(std::string(50, 'x')) == "'" + std::string(40, 'x') + "...'");
  CHECK(models::in_quotes(std::string(39, 'x') + "\xC3\xA9z") == "'" + std::string(39, 'x') + "\xC3\xA9...'");
}
