// SPDX-License-Identifier: MIT
// What a table says, in a few sentences of plain English.
// Invariants: every number in a sentence refers to a value of the JSON report; a word that compares two deployments
// stands only where a paired verdict proves the difference; a difference between two interpreters is never put down
// to their locks, the sentence says that the interpreters differ.
#pragma once

#include <string>
#include <vector>

#include "models/comparison/comparison.hpp"

namespace report {

// A number as it is written and where it stands in the JSON report (RFC 6901 pointers; a range has two).
struct QuotedNumber {
  std::string text;
  std::vector<std::string> at;
};

struct Sentence {
  std::string text;
  std::vector<QuotedNumber> numbers;
};

std::vector<Sentence> reading(const models::Comparison& comparison);

std::string text_of(const std::vector<Sentence>& sentences);

}  // namespace report
