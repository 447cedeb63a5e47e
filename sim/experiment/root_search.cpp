// SPDX-License-Identifier: MIT
#include "sim/experiment/root_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace sim {
namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// A region [lower, upper) that an ordered X is known to lie in.
struct Bracket {
  double lower = -infinite;
  double upper = infinite;
};

class Search {
 public:
  Search(const RootQuestion& question, const Holds& holds) : question_(question), holds_(holds) {}

  Root find() {
    add_replications(question_.pilots);
    double guess = pilot();
    if (place_ != Root::Place::within) return outside();
    Root root;
    for (const std::size_t count : question_.counts) {
      add_replications(count);
      const double share = 1.0 - question_.probability;
      const std::size_t middle_rank = std::min(static_cast<std::size_t>(share * static_cast<double>(count) + 1e-9) + 1, count);
      const Ranks ranks = question_.level > 0.0 ? quantile_ranks(count, share, question_.level)
                                                : Ranks{middle_rank, middle_rank, 0.0};
      const double near = 0.9 * question_.precision;
      // Brackets only as narrow as the interval needs them.
      for (const double share_of_precision : {1.0, 0.5, 0.25}) {
        const double tolerance = share_of_precision * question_.precision;
        const Bracket high = locate(ranks.high, guess, near, tolerance);
        const Bracket value = locate(middle_rank, guess, near, tolerance);
        const Bracket low = locate(ranks.low, guess, near, tolerance);
        if (value.upper <= question_.lowest) place_ = Root::Place::below;
        if (value.lower >= question_.highest) place_ = Root::Place::above;
        if (place_ != Root::Place::within) return outside();
        root.value = representative(value);
        root.low = std::max(low.lower, question_.lowest);
        root.high = question_.axis == Axis::whole ? high.lower : std::min(high.upper, question_.highest);
        root.precise = distance(root.low, root.high) / 2.0 <= question_.precision;
        if (root.precise) break;
      }
      guess = root.high;
      if (root.precise) break;
    }
    root.probes = probes_;
    return root;
  }

 private:
  void add_replications(std::size_t count) {
    lower_.resize(std::max(count, lower_.size()), -infinite);
    upper_.resize(lower_.size(), infinite);
  }

  // A level that about as many replications fail as the upper end of the first interval asks for.
  double pilot() {
    const std::size_t pilots = lower_.size();
    const std::size_t count = question_.counts.front();
    const std::size_t rank = quantile_ranks(count, 1.0 - question_.probability, question_.level).high;
    const double share = static_cast<double>(rank) / static_cast<double>(count + 1);
    const auto pilot_rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(pilots + 1)));
    const Bracket found = locate(std::clamp<std::size_t>(pilot_rank, 1, pilots), question_.start, question_.step,
                                 question_.precision);
    if (std::ranges::all_of(upper_, [&](double upper) { return upper <= question_.lowest; })) place_ = Root::Place::below;
    if (std::ranges::all_of(lower_, [&](double lower) { return lower >= question_.highest; })) place_ = Root::Place::above;
    if (found.upper <= question_.lowest) return question_.lowest;
    if (found.lower >= question_.highest) return question_.highest;
    return representative(found);
  }

  Root outside() const {
    Root root;
    root.place = place_;
    root.value = root.low = root.high = place_ == Root::Place::below ? question_.lowest : question_.highest;
    root.probes = probes_;
    return root;
  }

  static double ranked(std::vector<double> values, std::size_t rank) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
  }

  // Each level is decided by enough replications to move one of the two ends.
  Bracket locate(std::size_t rank, double guess, double step, double tolerance) {
    bool first = true;
    for (;; first = false) {
      const Bracket now{ranked(lower_, rank), ranked(upper_, rank)};
      const bool outside = now.lower >= question_.highest || now.upper <= question_.lowest;
      if (outside || (std::isfinite(now.lower) && std::isfinite(now.upper) && are_close(now, tolerance))) return now;
      double level = guess;
      if (!first || level <= now.lower || level >= now.upper) {
        if (std::isfinite(now.lower) && std::isfinite(now.upper)) {
          level = middle(now);
        } else if (std::isfinite(now.lower)) {
          level = moved_up(now.lower, step);
          step *= 2.0;
        } else if (std::isfinite(now.upper)) {
          level = moved_down(now.upper, step);
          step *= 2.0;
        }
      }
      probe(std::clamp(level, question_.lowest, question_.highest), rank);
    }
  }

  // Tells on which side of x the X of that rank lies. Few failures are enough to know that it is below.
  void probe(double x, std::size_t rank) {
    constexpr std::size_t at_once = 16;
    std::size_t failed = 0;
    std::vector<Probe> open;
    for (std::size_t k = 0; k < lower_.size(); ++k) {
      if (upper_[k] <= x) ++failed;
      if (lower_[k] < x && x < upper_[k]) open.push_back({x, k});
    }
    for (std::size_t done = 0; done < open.size() && failed < rank; done += at_once) {
      const std::span<const Probe> batch = std::span(open).subspan(done, std::min(at_once, open.size() - done));
      const std::vector<bool> held = holds_(batch);
      if (held.size() != batch.size()) throw std::logic_error("a search needs an answer for every probe");
      for (std::size_t i = 0; i < batch.size(); ++i) (held[i] ? lower_ : upper_)[batch[i].replication] = x;
      failed += static_cast<std::size_t>(std::ranges::count(held, false));
      probes_ += batch.size();
    }
  }

  bool are_close(const Bracket& bracket, double tolerance) const {
    if (question_.axis == Axis::whole && bracket.upper - bracket.lower <= 1.0) return true;
    const double between = middle(bracket);
    if (between <= bracket.lower || between >= bracket.upper) return true;
    return distance(bracket.lower, bracket.upper) <= tolerance;
  }

  double representative(const Bracket& bracket) const {
    if (question_.axis == Axis::whole) return std::isfinite(bracket.lower) ? bracket.lower : question_.lowest;
    return middle({std::max(bracket.lower, question_.lowest), std::min(bracket.upper, question_.highest)});
  }

  double middle(const Bracket& bracket) const {
    if (question_.axis == Axis::linear) return bracket.lower + 0.5 * (bracket.upper - bracket.lower);
    const double mean = std::sqrt(bracket.lower) * std::sqrt(bracket.upper);
    if (question_.axis == Axis::logarithmic) return mean;
    return std::max(std::min(std::floor(mean), bracket.upper - 1.0), std::min(bracket.lower + 1.0, bracket.upper));
  }

  double distance(double from, double to) const {
    return question_.axis == Axis::linear ? to - from : to / from - 1.0;
  }

  double moved_up(double x, double step) const {
    if (question_.axis == Axis::linear) return x + step;
    if (question_.axis == Axis::logarithmic) return x * (1.0 + step);
    return std::max(x + 1.0, std::floor(x * (1.0 + step)));
  }

  double moved_down(double x, double step) const {
    if (question_.axis == Axis::linear) return x - step;
    if (question_.axis == Axis::logarithmic) return x / (1.0 + step);
    return std::min(x - 1.0, std::ceil(x / (1.0 + step)));
  }

  const RootQuestion& question_;
  const Holds& holds_;
  std::vector<double> lower_;   // lo_k
  std::vector<double> upper_;   // hi_k
  Root::Place place_ = Root::Place::within;
  std::size_t probes_ = 0;
};

}  // namespace

Root find_root(const RootQuestion& question, const Holds& holds) {
  const bool bounded = question.lowest <= question.start && question.start <= question.highest;
  if (!bounded) throw std::logic_error("a search begins within its bounds");
  if (question.axis != Axis::linear && question.lowest <= 0.0) throw std::logic_error("ratios need positive bounds");
  if (question.pilots == 0 || question.counts.empty()) throw std::logic_error("a search needs replications");
  return Search(question, holds).find();
}

Ranks quantile_ranks(std::size_t count, double share, double level) {
  // P(B = j + 1) = P(B = j) (n - j) / (j + 1) * share / (1 - share): no library function whose last bit differs.
  std::vector<double> chance(count + 1);
  chance[0] = 1.0;
  for (std::size_t k = 0; k < count; ++k) chance[0] *= 1.0 - share;
  for (std::size_t j = 0; j < count; ++j) {
    chance[j + 1] = chance[j] * static_cast<double>(count - j) / static_cast<double>(j + 1) * share / (1.0 - share);
  }
  for (std::size_t width = 1; width < count; ++width) {
    Ranks best;
    double covered = 0.0;
    for (std::size_t j = 1; j <= width; ++j) covered += chance[j];
    for (std::size_t low = 1; low + width <= count; ++low) {
      if (covered > best.coverage) best = {low, low + width, covered};
      covered += chance[low + width] - chance[low];
    }
    if (best.coverage >= level) return best;
  }
  double covered = 0.0;
  for (std::size_t j = 1; j < count; ++j) covered += chance[j];
  return {1, count, covered};
}

}  // namespace sim
