// SPDX-License-Identifier: MIT
#include "sim/core/stack.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

#include "sim/random/stream.hpp"

TEST_CASE("a stack does what a vector does") {
  sim::Stream random(1, 0, "stack", 0);
  sim::Stack<int> stack;
  std::vector<int> vector;
  CHECK(stack.empty());
  for (int i = 0; i < 10000; ++i) {
    if (vector.empty() || random.below(5) < 3) {
      stack.push_back(i);
      vector.push_back(i);
    } else {
      CHECK(stack.pop_back() == vector.back());
      vector.pop_back();
    }
    REQUIRE(stack.size() == vector.size());
    CHECK(stack.empty() == vector.empty());
    if (vector.empty()) continue;
    CHECK(stack.front() == vector.front());
    CHECK(stack.back() == vector.back());
    const auto place = static_cast<std::size_t>(random.below(vector.size()));
    CHECK(stack[place] == vector[place]);
  }
  CHECK(std::vector<int>(stack.begin(), stack.end()) == vector);
  stack.clear();
  CHECK(stack.begin() == stack.end());
}

TEST_CASE("a stack with room for all does not move what it holds") {
  sim::Stack<int> stack;
  stack.push_back(0);
  stack.reserve(100);
  const int* const first = stack.begin();
  for (int i = 1; i < 100; ++i) stack.push_back(i);
  CHECK(stack.begin() == first);
  CHECK(stack.back() == 99);
}
