// SPDX-License-Identifier: MIT
#include "tools/compare/change.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace differences {
namespace {

using models::Verdict;

// Below this share of the two means a difference is rounding: the same work summed up in another order.
constexpr double rounding = 1e-9;

sim::TwoMeans ends(const StoredMetric& before, double first, const StoredMetric& after, double second) {
  return sim::TwoMeans::independent({first, before.estimate.half_width}, before.replications.size(),
                                    {second, after.estimate.half_width}, after.replications.size());
}

Change change(const models::MetricInfo& info, const StoredDeployment& before, const StoredDeployment& after,
              bool same_seed) {
  const StoredMetric& first = before[info.metric];
  const StoredMetric& second = after[info.metric];
  Change result;
  result.metric = info.metric;
  result.before = first.estimate;
  result.after = second.estimate;
  const bool is_latency = info.name.starts_with("latency");
  if (std::isnan(first.estimate.mean)) return result;
  if (is_latency && before.saturated) {
    result.standing = Standing::saturated;
    return result;
  }
  if (is_latency && after.saturated) {
    result.standing = Standing::saturates;
    return result;
  }
  if (std::isnan(second.estimate.mean)) {
    result.standing = is_latency ? Standing::vanishes : Standing::absent;
    return result;
  }
  result.standing = Standing::compared;
  if (!first.estimate.is_range() && !second.estimate.is_range()) {
    if (same_seed) {
      result.pairs = std::min(first.replications.size(), second.replications.size());
      result.combinations.push_back(sim::TwoMeans::paired(first.replications, second.replications));
    } else {
      result.combinations.push_back(ends(first, first.estimate.mean, second, second.estimate.mean));
    }
    return result;
  }
  const bool alike = first.estimate.is_range() && second.estimate.is_range() && !before.profile.empty() &&
                     before.profile == after.profile;
  result.combinations.push_back(ends(first, first.estimate.low, second, second.estimate.low));
  result.combinations.push_back(ends(first, first.estimate.high, second, second.estimate.high));
  if (!alike) {
    result.combinations.push_back(ends(first, first.estimate.low, second, second.estimate.high));
    result.combinations.push_back(ends(first, first.estimate.high, second, second.estimate.low));
  }
  return result;
}

}  // namespace

std::string_view word(Standing standing) {
  constexpr std::array<std::string_view, 5> words{"compared", "absent", "vanishes", "saturates", "saturated"};
  return words[static_cast<std::size_t>(standing)];
}

Verdict Change::verdict(double ratio) const {
  std::optional<Verdict> agreed;
  for (const sim::TwoMeans& means : combinations) {
    const sim::Interval interval = means.contrast(ratio);
    const double nothing = rounding * (std::abs(means.second()) + std::abs(ratio * means.first()));
    Verdict one = Verdict::no_difference_proven;
    if (interval.mean - interval.half_width > nothing) one = Verdict::more;
    if (interval.mean + interval.half_width < -nothing) one = Verdict::less;
    if (agreed && *agreed != one) return Verdict::no_difference_proven;
    agreed = one;
  }
  return agreed.value_or(Verdict::no_difference_proven);
}

sim::Interval Change::difference() const {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const sim::TwoMeans& means : combinations) {
    const sim::Interval one = means.contrast();
    if (!std::isfinite(one.half_width)) return one;
    low = std::min(low, one.mean - one.half_width);
    high = std::max(high, one.mean + one.half_width);
  }
  return {0.5 * (low + high), 0.5 * (high - low)};
}

std::optional<double> Change::relative() const {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const sim::TwoMeans& means : combinations) {
    if (!(means.first() > 0.0)) return std::nullopt;
    low = std::min(low, means.second() / means.first());
    high = std::max(high, means.second() / means.first());
  }
  if (combinations.empty()) return std::nullopt;
  return 0.5 * (low + high) - 1.0;
}

std::optional<sim::RatioInterval> Change::relative_interval() const {
  std::optional<sim::RatioInterval> hull;
  for (const sim::TwoMeans& means : combinations) {
    const std::optional<sim::RatioInterval> one = means.ratio();
    if (!one) return std::nullopt;
    hull = hull ? sim::RatioInterval{std::min(hull->low, one->low), std::max(hull->high, one->high)} : *one;
  }
  if (hull) hull = sim::RatioInterval{hull->low - 1.0, hull->high - 1.0};
  return hull;
}

std::vector<Change> changes(const StoredDeployment& before, const StoredDeployment& after, bool same_seed) {
  std::vector<Change> all;
  for (const models::MetricInfo& info : models::metric_table()) all.push_back(change(info, before, after, same_seed));
  return all;
}

Verdict BillChange::verdict(double ratio) const {
  // Amounts are read back from decimal texts: what differs by less is the same.
  const double nothing = rounding * (std::abs(after.value) + std::abs(ratio * before.value));
  if (after.low - ratio * before.high > nothing) return Verdict::more;
  if (after.high - ratio * before.low < -nothing) return Verdict::less;
  return Verdict::no_difference_proven;
}

std::vector<BillChange> bill_changes(const StoredDeployment& before, const StoredDeployment& after) {
  std::vector<BillChange> all;
  for (const BillFigure& first : before.bill) {
    const auto second = std::ranges::find(after.bill, first.name, &BillFigure::name);
    if (second == after.bill.end()) continue;
    BillChange change{first.name, first, *second, std::nullopt};
    if (first.value > 0.0) change.relative = second->value / first.value - 1.0;
    all.push_back(change);
  }
  return all;
}

}  // namespace differences
