// SPDX-License-Identifier: MIT
#include "sim/experiment/root_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace sim {
namespace {

constexpr std::size_t at_once = 16;   // probes

constexpr double infinite = std::numeric_limits<double>::infinity();

// A region [lower, upper) that an ordered X is known to lie in.
struct Bracket {
  double lower = -infinite;
  double upper = infinite;
};

class Search {
 public:
  Search(const RootQuestion& question, const Margins& margins) : question_(question), margins_(margins) {}

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
      // Brackets only as narrow as the interval needs them; where margins mislead, without these.
      struct Pass {
        double share_of_precision;
        bool guided;
      };
      for (const Pass pass : {Pass{1.0, true}, Pass{0.5, true}, Pass{0.5, false}, Pass{0.25, false}}) {
        const double tolerance = pass.share_of_precision * question_.precision;
        is_guided_ = pass.guided;
        const Bracket high = locate({ranks.high, Side::upper, guess, near, tolerance});
        const Bracket value = middle_of(middle_rank, guess, near, tolerance);
        const Bracket low = locate({ranks.low, Side::lower, guess, near, tolerance});
        if (value.upper <= question_.lowest) place_ = Root::Place::below;
        if (value.lower >= question_.highest) place_ = Root::Place::above;
        if (place_ != Root::Place::within) return outside();
        root.low = std::max(low.lower, question_.lowest);
        root.high = question_.axis == Axis::whole ? high.lower : std::min(high.upper, question_.highest);
        root.value = std::clamp(representative(value), root.low, root.high);
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
    ends_.resize(std::max(count, ends_.size()));
  }

  // A level that about as many replications fail as the upper end of the first interval asks for.
  double pilot() {
    const std::size_t pilots = ends_.size();
    const std::size_t count = question_.counts.front();
    const std::size_t rank = quantile_ranks(count, 1.0 - question_.probability, question_.level).high;
    const double share = static_cast<double>(rank) / static_cast<double>(count + 1);
    const auto pilot_rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(pilots + 1)));
    const Bracket found = locate({std::clamp<std::size_t>(pilot_rank, 1, pilots), Side::both, question_.start,
                                  question_.step, 2.0 * question_.precision});
    if (std::ranges::all_of(ends_, [&](const Ends& one) { return one.upper <= question_.lowest; })) place_ = Root::Place::below;
    if (std::ranges::all_of(ends_, [&](const Ends& one) { return one.lower >= question_.highest; })) place_ = Root::Place::above;
    if (found.upper <= question_.lowest) return question_.lowest;
    if (found.lower >= question_.highest) return question_.highest;
    return representative(found);
  }

  // The X of the middle rank: where it is likely to be, if margins say so; its neighbours have been asked for the ends.
  Bracket middle_of(std::size_t rank, double guess, double step, double tolerance) {
    if (question_.axis != Axis::whole) {
      const Bracket known = bracket_of(rank);
      const std::vector<double> likely = likely_values();
      const bool within = known.lower < question_.highest && known.upper > question_.lowest;
      if (!likely.empty() && within) {
        const double aim = ranked(likely, rank);
        return {aim, aim};
      }
    }
    return locate({rank, Side::both, guess, step, tolerance});
  }

  Root outside() const {
    Root root;
    root.place = place_;
    root.value = root.low = root.high = place_ == Root::Place::below ? question_.lowest : question_.highest;
    root.probes = probes_;
    return root;
  }

  // What is known of one X_k, and the margins at both ends.
  struct Ends : Bracket {
    double lower_margin = infinite;
    double upper_margin = -infinite;
  };

  // What is wanted of the X of a rank: both ends close together, or one close to where the X is likely to be.
  enum class Side { lower, both, upper };
  struct Wanted {
    std::size_t rank;
    Side side;
    double guess;        // the first level
    double step;         // distance of the second where only one end is known
    double tolerance;
  };

  static double ranked(std::vector<double> values, std::size_t rank) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
  }

  Bracket bracket_of(std::size_t rank) const {
    std::vector<double> lower;
    std::vector<double> upper;
    for (const Ends& one : ends_) {
      lower.push_back(one.lower);
      upper.push_back(one.upper);
    }
    return {ranked(std::move(lower), rank), ranked(std::move(upper), rank)};
  }

  // Each level is decided by enough replications to move one of the two ends.
  Bracket locate(const Wanted& wanted) {
    constexpr int most_guided = 4;
    double step = wanted.step;
    for (int levels = 0;; ++levels) {
      const Bracket now = bracket_of(wanted.rank);
      const bool outside = now.lower >= question_.highest || now.upper <= question_.lowest;
      const bool enclosed = std::isfinite(now.lower) && std::isfinite(now.upper);
      if (outside || (enclosed && are_close(now, wanted.tolerance))) return now;
      const std::vector<double> likely = likely_values();
      const double aim = levels < most_guided && !likely.empty() ? ranked(likely, wanted.rank) : std::nan("");
      if (is_near(now, aim, wanted)) return now;
      double level = wanted.guess;
      if (!std::isnan(aim)) {
        level = beside(aim, now, wanted);
      } else if (levels > 0 || level <= now.lower || level >= now.upper) {
        if (enclosed) {
          level = middle(now);
        } else if (std::isfinite(now.lower)) {
          level = moved_up(now.lower, step);
          step *= 2.0;
        } else if (std::isfinite(now.upper)) {
          level = moved_down(now.upper, step);
          step *= 2.0;
        }
      }
      level = std::clamp(level, question_.lowest, question_.highest);
      const bool is_try = !std::isnan(aim) && wanted.side == Side::upper;
      if (is_try) {
        probe_likely(level, wanted.rank, likely);
      } else {
        probe(level, wanted.rank, likely);
      }
    }
  }

  // The end that is asked for lies as close to where the X is likely to be as half the tolerance.
  bool is_near(const Bracket& now, double aim, const Wanted& wanted) const {
    if (std::isnan(aim) || wanted.side == Side::both || question_.axis == Axis::whole) return false;
    const double near = 0.5 * wanted.tolerance;
    if (wanted.side == Side::upper) return aim <= now.upper && distance(aim, now.upper) <= near;
    return is_close_below(now.lower, aim, near);
  }

  bool is_close_below(double lower, double aim, double near) const {
    return std::isfinite(lower) && lower <= aim && distance(lower, aim) <= near;
  }

  // A level inside the bracket, on the side of the aim on which an end is still far away.
  double beside(double aim, const Bracket& now, const Wanted& wanted) const {
    const double away = 0.25 * wanted.tolerance;
    const bool from_below = wanted.side == Side::lower ||
                            (wanted.side == Side::both && !is_close_below(now.lower, aim, 2.0 * away));
    double level = from_below ? moved_down(aim, away) : moved_up(aim, away);
    if (question_.axis == Axis::whole) level = from_below ? std::floor(aim) : std::floor(aim) + 1.0;
    return level > now.lower && level < now.upper ? level : middle_or_step(now, wanted.step);
  }

  double middle_or_step(const Bracket& now, double step) const {
    if (!std::isfinite(now.lower)) return moved_down(now.upper, step);
    if (!std::isfinite(now.upper)) return moved_up(now.lower, step);
    return middle(now);
  }

  double coordinate(double x) const { return question_.axis == Axis::linear ? x : std::log(x); }
  double at_coordinate(double u) const { return question_.axis == Axis::linear ? u : std::exp(u); }

  // How fast margins fall near the limit: median of those replications that are known on both sides, less the half whose
  // sides are furthest apart. 0: not known.
  double slope() const {
    std::vector<std::pair<double, double>> sides;   // distance, margins lost over it
    for (const Ends& one : ends_) {
      if (!std::isfinite(one.lower_margin) || !std::isfinite(one.upper_margin)) continue;
      sides.emplace_back(coordinate(one.upper) - coordinate(one.lower), one.lower_margin - one.upper_margin);
    }
    if (sides.empty()) return 0.0;
    std::ranges::sort(sides);
    sides.resize((sides.size() + 1) / 2);
    std::vector<double> slopes;
    for (const auto& [apart, lost] : sides) slopes.push_back(lost / apart);
    return ranked(slopes, (slopes.size() + 1) / 2);
  }

  // Where each X_k is likely to be, seen from its end with the smaller margin; empty as long as that cannot be said of all.
  std::vector<double> likely_values() const {
    const double fall = slope();
    std::vector<double> values;
    if (!is_guided_ || !(fall > 0.0)) return values;
    for (const Ends& one : ends_) {
      const bool from_below = one.lower_margin < -one.upper_margin;
      const double margin = from_below ? one.lower_margin : one.upper_margin;
      if (!std::isfinite(margin)) return {};
      const double u = coordinate(from_below ? one.lower : one.upper) + margin / fall;
      values.push_back(std::clamp(at_coordinate(u), one.lower, one.upper));
    }
    return values;
  }

  // The replications of which it is not known on which side of x they are, those first that are likely to fail.
  std::vector<Probe> open_at(double x, const std::vector<double>& likely) const {
    std::vector<Probe> open;
    for (std::size_t k = 0; k < ends_.size(); ++k) {
      if (ends_[k].lower < x && x < ends_[k].upper) open.push_back({x, k});
    }
    if (!likely.empty()) {
      std::ranges::stable_sort(open, {}, [&](const Probe& one) { return likely[one.replication]; });
    }
    return open;
  }

  std::size_t failed_at(double x) const {
    return static_cast<std::size_t>(std::ranges::count_if(ends_, [&](const Ends& one) { return one.upper <= x; }));
  }

  void ask(std::span<const Probe> batch) {
    const std::vector<double> margins = margins_(batch);
    if (margins.size() != batch.size()) throw std::logic_error("a search needs an answer for every probe");
    for (std::size_t i = 0; i < batch.size(); ++i) {
      Ends& ends = ends_[batch[i].replication];
      if (margins[i] < 0.0) {
        ends.upper = batch[i].x;
        ends.upper_margin = margins[i];
      } else {
        ends.lower = batch[i].x;
        ends.lower_margin = margins[i];
      }
      is_measured_ = is_measured_ || std::isfinite(margins[i]);
    }
    probes_ += batch.size();
  }

  // Tells on which side of x the X of that rank lies. Few failures are enough to know that it is below; but where margins
  // are told, one of every replication is worth having.
  void probe(double x, std::size_t rank, const std::vector<double>& likely) {
    const std::vector<Probe> open = open_at(x, likely);
    const auto is_new = [&](const Probe& one) {
      return std::isinf(ends_[one.replication].lower) && std::isinf(ends_[one.replication].upper);
    };
    for (std::size_t done = 0; done < open.size(); done += at_once) {
      std::span<const Probe> batch = std::span(open).subspan(done, std::min(at_once, open.size() - done));
      if (failed_at(x) >= rank && !(is_measured_ && std::ranges::any_of(batch, is_new))) continue;
      ask(batch);
    }
  }

  // Only as many as are likely to be enough for the X of that rank to be below x.
  void probe_likely(double x, std::size_t rank, const std::vector<double>& likely) {
    const std::vector<Probe> open = open_at(x, likely);
    const std::size_t missing = rank - std::min(rank, failed_at(x));
    ask(std::span(open).first(std::min(open.size(), (missing + at_once - 1) / at_once * at_once)));
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
  const Margins& margins_;
  std::vector<Ends> ends_;      // by replication
  bool is_guided_ = true;       // margins say which levels are tried
  bool is_measured_ = false;    // some margin has told how much
  Root::Place place_ = Root::Place::within;
  std::size_t probes_ = 0;
};

}  // namespace

Root find_root(const RootQuestion& question, const Margins& margins) {
  const bool bounded = question.lowest <= question.start && question.start <= question.highest;
  if (!bounded) throw std::logic_error("a search begins within its bounds");
  if (question.axis != Axis::linear && question.lowest <= 0.0) throw std::logic_error("ratios need positive bounds");
  if (question.pilots == 0 || question.counts.empty()) throw std::logic_error("a search needs replications");
  return Search(question, margins).find();
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
