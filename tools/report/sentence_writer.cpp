// SPDX-License-Identifier: MIT
#include "tools/report/sentence_writer.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "tools/report/letters.hpp"
#include "tools/report/number.hpp"

namespace report {

using models::Estimate;
using models::Metric;
using models::PairedVerdict;
using models::Verdict;

std::string listed(const std::vector<std::string>& names) {
  if (names.size() > most_names)
    return fmt::format("{} and others", fmt::join(names.begin(), names.begin() + most_names, ", "));
  if (names.size() < 2) return names.empty() ? std::string() : names.front();
  return fmt::format("{} and {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
}

std::string SentenceWriter::names(const Indices& which) const {
  if (which.size() > 1 && which.size() == comparison_.deployments.size()) return "all";
  std::vector<std::string> all;
  for (const std::size_t i : which) all.push_back(name(i));
  return listed(all);
}

std::optional<Difference> SentenceWriter::versus(std::size_t first, std::size_t second, Metric metric) const {
  for (std::size_t i = 0; i < comparison_.verdicts.size(); ++i) {
    const PairedVerdict& pair = comparison_.verdicts[i];
    if (pair.metric != metric) continue;
    if (pair.first == first && pair.second == second)
      return Difference{pair.verdict, std::abs(pair.difference), i};
    if (pair.first == second && pair.second == first) {
      const Verdict turned = pair.verdict == Verdict::more   ? Verdict::less
                             : pair.verdict == Verdict::less ? Verdict::more
                                                             : Verdict::no_difference_proven;
      return Difference{turned, std::abs(pair.difference), i};
    }
  }
  return std::nullopt;
}

bool SentenceWriter::proven(std::size_t first, std::size_t second, Metric metric, Verdict verdict) const {
  const std::optional<Difference> difference = versus(first, second, metric);
  return difference && difference->verdict == verdict;
}

std::string SentenceWriter::quote(const Estimate& estimate, std::string_view unit, const std::string& place) {
  QuotedNumber quoted{format_estimate(estimate, unit), {}};
  if (estimate.is_range()) {
    quoted.at = {place + "low", place + "high"};
  } else {
    quoted.at = {place + "mean"};
    if (quoted.text.find("±") != std::string::npos) quoted.at.push_back(place + "half_width");
  }
  numbers_.push_back(quoted);
  return quoted.text;
}

std::string SentenceWriter::quote(std::size_t i, Metric metric) {
  const models::MetricInfo& about = models::info(metric);
  return quote(result(i)[metric], about.unit, fmt::format("/deployments/{}/metrics/{}/", i, about.field));
}

std::string SentenceWriter::quote(std::size_t i, models::DayMetric metric) {
  const models::DayMetricInfo& about = models::info(metric);
  return quote((*result(i).day)[metric], about.unit,
               fmt::format("/deployments/{}/day/metrics/{}/", i, about.field));
}

std::string SentenceWriter::quote(const Difference& difference, Metric metric) {
  QuotedNumber quoted{format_value(difference.size, models::info(metric).unit),
                      {fmt::format("/verdicts/{}/difference", difference.index)}};
  numbers_.push_back(quoted);
  return quoted.text;
}

std::string SentenceWriter::quote_capacity(std::size_t i) {
  const models::Capacity& found = *result(i).capacity;
  const bool by_rate = found.axis == models::LoadAxis::rate;
  const std::string place =
      fmt::format("/deployments/{}/capacity/{}/", i, by_rate ? "load_per_s" : "connections");
  const std::string text = quote(found.load, unit_of(found.axis), place);
  return by_rate ? text : text + " connections";
}

std::string SentenceWriter::quote_day_cost(std::size_t i) {
  const std::optional<models::DayCost>& cost = result(i).day_cost;
  if (!cost) return {};
  const std::string text = models::text(cost->least, cost->most, models::decimals_per_month);
  const std::string place =
      fmt::format("/deployments/{}/day/cost_{}_per_day", i, lower(cost->per_day.currency().name()));
  const bool is_certain = text == models::text(cost->per_day, models::decimals_per_month);
  numbers_.push_back({text, is_certain ? std::vector{place} : std::vector{place + "_low", place + "_high"}});
  return fmt::format(", {},", text);
}

void SentenceWriter::say(std::string text) {
  sentences_.push_back({std::move(text), std::exchange(numbers_, {})});
}

}  // namespace report
