// SPDX-License-Identifier: MIT
// What sentences about a comparison are made of: names, numbers with their places in the JSON report, and
// proofs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/comparison/comparison.hpp"
#include "tools/report/reading.hpp"

namespace report {

using Indices = std::vector<std::size_t>;  // of deployments

inline constexpr std::size_t most_names = 4;

// "a, b and c"; of many the first and "others".
std::string listed(const std::vector<std::string>& names);

// The difference between two deployments, seen from the first.
struct Difference {
  models::Verdict verdict;
  double size;        // absolute
  std::size_t index;  // in Comparison::verdicts
};

class SentenceWriter {
 public:
  explicit SentenceWriter(const models::Comparison& comparison) : comparison_(comparison) {}

 protected:
  const models::DeploymentResult& result(std::size_t i) const { return comparison_.deployments[i]; }
  const std::string& name(std::size_t i) const { return result(i).deployment.name; }

  Indices those(const auto& wanted) const {
    Indices found;
    for (std::size_t i = 0; i < comparison_.deployments.size(); ++i) {
      if (wanted(result(i))) found.push_back(i);
    }
    return found;
  }
  std::string names(const Indices& which) const;

  std::optional<Difference> versus(std::size_t first, std::size_t second, models::Metric metric) const;
  bool proven(std::size_t first, std::size_t second, models::Metric metric, models::Verdict verdict) const;

  // Each is a number for the sentence that is being made.
  std::string quote(std::size_t i, models::Metric metric);
  std::string quote(std::size_t i, models::DayMetric metric);
  std::string quote(const Difference& difference, models::Metric metric);
  std::string quote_capacity(std::size_t i);
  // ", $4.45..4.57," or nothing.
  std::string quote_day_cost(std::size_t i);

  void say(std::string text);

  const models::Comparison& comparison_;
  std::vector<Sentence> sentences_;

 private:
  std::string quote(const models::Estimate& estimate, std::string_view unit, const std::string& place);

  std::vector<QuotedNumber> numbers_;  // of the sentence that is being made
};

}  // namespace report
