// SPDX-License-Identifier: MIT
#include "models/sensitivity/sensitivity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "models/capacity/load_axis.hpp"
#include "models/capacity/replications.hpp"
#include "models/capacity/thresholds.hpp"
#include "sim/random/elementary.hpp"
#include "sim/stats/confidence.hpp"

namespace models {
namespace {

constexpr double level = 0.95;
constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr ThresholdSettings threshold_settings{3'000, 0.005};

double mean_of(std::span<const double> values) {
  double sum = 0.0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// Scaled differences of pairs, whose mean's half width is asked for.
double half_width_of(std::span<const double> above, double above_scale, std::span<const double> below,
                     double below_scale, double at_level) {
  std::vector<double> differences(above.size());
  for (std::size_t k = 0; k < above.size(); ++k)
    differences[k] = above[k] * above_scale - below[k] * below_scale;
  return sim::t_interval(differences, at_level).half_width;
}

// To the last digits: adding up in another order is no effect.
bool same(const std::vector<double>& one, const std::vector<double>& other) {
  constexpr double rounding = 1e-12;
  return std::ranges::equal(
      one, other, [](double a, double b) { return a == b || std::abs(a - b) <= rounding * std::abs(a); });
}

bool prices_a_container(const Input& input) {
  return input.path.starts_with("container.limits.") || input.path == "node.cores";
}

// Of one variation: the values of each answer, by replication.
using Seen = std::vector<std::vector<double>>;

class Study {
 public:
  Study(const SensitivityQuestion& question, const RunOptions& options)
      : question_(question), options_(options) {
    for (const Answer& answer : question.answers) {
      (answer.kind == Answer::Kind::metric ? asks_metric_ : asks_capacity_) = true;
    }
    guess_ = asks_capacity_ ? first_load(question.setting.at) : 0.0;
  }

  std::vector<Sensitivity> find() {
    const std::vector<Seen> as_it_is = see({question_.setting.at});
    for (std::size_t a = 0; a < question_.answers.size(); ++a) {
      const sim::Interval interval = sim::t_interval(as_it_is.front()[a], level);
      results_.push_back({question_.answers[a], interval.mean, interval.half_width, {}});
    }
    for (std::size_t i = 0; i < question_.inputs.size(); ++i) {
      if (options_.on_progress)
        options_.on_progress({i, question_.inputs.size(), question_.setting.at.deployment.name});
      vary(i);
    }
    std::size_t intervals = 0;
    for (const Varied& varied : seen_) intervals += (varied.sides.size() + varied.ends.size()) / 2;
    const double at_level = 1.0 - (1.0 - level) / static_cast<double>(std::max<std::size_t>(1, intervals));
    for (std::size_t a = 0; a < results_.size(); ++a) {
      for (const Varied& varied : seen_) {
        if (question_.answers[a].kind == Answer::Kind::cost &&
            prices_a_container(question_.inputs[varied.effect.input]))
          continue;
        results_[a].effects.push_back(effect_of(varied, a, results_[a].mean, at_level));
      }
      rank(results_[a].effects);
    }
    return std::move(results_);
  }

 private:
  struct Varied {
    Effect effect;            // which input, and its step
    std::vector<Seen> sides;  // below and above; none where the input cannot be stepped
    std::vector<Seen> ends;   // low and high; none without an interval
  };

  TrialParameters with(const Input& input, double value) const {
    TrialParameters at = question_.setting.at;
    input.set(at, value);
    return at;
  }

  // The values of each variation. All of them together, so that the cores have enough to do.
  std::vector<Seen> see(const std::vector<TrialParameters>& variations) const {
    const std::size_t count = question_.replications;
    std::vector<Seen> all(variations.size(), Seen(question_.answers.size()));
    const std::vector<Observation> seen = asks_metric_ ? observe(variations) : std::vector<Observation>();
    const std::vector<double> loads = asks_capacity_ ? capacities(variations) : std::vector<double>();
    for (std::size_t v = 0; v < variations.size(); ++v) {
      for (std::size_t a = 0; a < question_.answers.size(); ++a) {
        const Answer& answer = question_.answers[a];
        for (std::size_t at = v * count; at < (v + 1) * count; ++at) {
          switch (answer.kind) {
            case Answer::Kind::metric:
              all[v][a].push_back(seen[at][static_cast<std::size_t>(answer.metric)]);
              break;
            case Answer::Kind::capacity:
              all[v][a].push_back(loads[at]);
              break;
            case Answer::Kind::cost:
              all[v][a].push_back(answer.price_of_container * variations[v].service.load.open->per_second /
                                  loads[at]);
          }
        }
      }
    }
    return all;
  }

  std::vector<Observation> observe(const std::vector<TrialParameters>& variations) const {
    std::vector<Replication> wanted;
    for (const TrialParameters& at : variations) {
      for (std::size_t k = 0; k < question_.replications; ++k) wanted.push_back({&at, question_.window, k});
    }
    std::vector<Observation> seen = replicate(wanted, options_);
    of_whole_service(seen, question_.setting);
    return seen;
  }

  std::vector<double> capacities(const std::vector<TrialParameters>& variations) const {
    std::vector<TrialParameters> alone;
    for (const TrialParameters& at : variations) alone.push_back(of_one_container(at));
    std::vector<Threshold> wanted;
    for (const TrialParameters& at : alone) {
      for (std::size_t k = 0; k < question_.replications; ++k) wanted.push_back({&at, k, guess_});
    }
    return thresholds(wanted, question_.slo, threshold_settings, options_).loads;
  }

  void vary(std::size_t index) {
    const Input& input = question_.inputs[index];
    Varied varied;
    varied.effect.input = index;
    varied.effect.ends = step_around(input, question_.step);
    const bool steps = varied.effect.ends.below < varied.effect.ends.above;
    if (!steps && !input.has_interval()) return;
    std::vector<TrialParameters> variations;
    if (steps) variations = {with(input, varied.effect.ends.below), with(input, varied.effect.ends.above)};
    if (input.has_interval()) {
      variations.push_back(with(input, input.low));
      variations.push_back(with(input, input.high));
    }
    std::vector<Seen> all = see(variations);
    const auto first_end = all.begin() + (steps ? 2 : 0);
    varied.sides.assign(all.begin(), first_end);
    varied.ends.assign(first_end, all.end());
    seen_.push_back(std::move(varied));
  }

  static Effect effect_of(const Varied& varied, std::size_t a, double mean, double at_level) {
    Effect effect = varied.effect;
    if (!varied.sides.empty()) state_elasticity(effect, varied.sides[0][a], varied.sides[1][a], at_level);
    if (!varied.ends.empty()) state_swing(effect, varied.ends[0][a], varied.ends[1][a], mean, at_level);
    return effect;
  }

  static void state_elasticity(Effect& effect, const std::vector<double>& below,
                               const std::vector<double>& above, double at_level) {
    effect.elasticity = effect.half_width = 0.0;
    effect.influence = Influence::none;
    if (same(below, above)) return;
    const double mean_below = mean_of(below);
    const double mean_above = mean_of(above);
    const double distance = sim::log_portable(effect.ends.above / effect.ends.below);
    effect.influence = Influence::not_proven;
    effect.elasticity = effect.half_width = missing;
    if (!(mean_below > 0.0 && mean_above > 0.0)) return;
    effect.elasticity = sim::log_portable(mean_above / mean_below) / distance;
    effect.half_width = half_width_of(above, 1.0 / mean_above, below, 1.0 / mean_below, at_level) / distance;
    if (std::abs(effect.elasticity) > effect.half_width) effect.influence = Influence::moves;
  }

  static void state_swing(Effect& effect, const std::vector<double>& low, const std::vector<double>& high,
                          double mean, double at_level) {
    Swing swing{mean_of(low), mean_of(high), 0.0, 0.0};
    if (!same(low, high)) {
      swing.share = std::abs(swing.at_high - swing.at_low) / mean;
      swing.half_width = half_width_of(high, 1.0 / mean, low, 1.0 / mean, at_level);
      if (effect.influence != Influence::moves)
        effect.influence = swing.proven() ? Influence::moves : Influence::not_proven;
    }
    effect.swing = swing;
  }

  // What can be gained, then what is known to have an effect, then the rest.
  static void rank(std::vector<Effect>& effects) {
    const auto gain = [](const Effect& effect) {
      return effect.swing && effect.swing->proven() ? effect.swing->share : 0.0;
    };
    const auto pull = [](const Effect& effect) {
      return std::isnan(effect.elasticity) ? 0.0 : std::abs(effect.elasticity);
    };
    std::ranges::stable_sort(effects, [&](const Effect& one, const Effect& other) {
      if (gain(one) != gain(other)) return gain(one) > gain(other);
      if (one.influence != other.influence) return one.influence < other.influence;
      return pull(one) > pull(other);
    });
  }

  const SensitivityQuestion& question_;
  const RunOptions& options_;
  bool asks_metric_ = false;
  bool asks_capacity_ = false;
  double guess_ = 0.0;  // the load that every search for a capacity begins with
  std::vector<Varied> seen_;
  std::vector<Sensitivity> results_;
};

}  // namespace

Answer Answer::of(Metric metric) {
  Answer answer;
  answer.metric = metric;
  return answer;
}

Answer Answer::of_capacity(LoadAxis axis) {
  Answer answer;
  answer.kind = Kind::capacity;
  answer.axis = axis;
  return answer;
}

Answer Answer::of_cost(Currency currency, double price_of_container) {
  Answer answer;
  answer.kind = Kind::cost;
  answer.currency = currency;
  answer.price_of_container = price_of_container;
  return answer;
}

std::string_view Answer::name() const {
  if (kind == Kind::metric) return info(metric).name;
  return kind == Kind::capacity ? "capacity" : "cost";
}

std::string Answer::field() const {
  if (kind == Kind::metric) return std::string(info(metric).field);
  if (kind == Kind::capacity) return axis == LoadAxis::rate ? "capacity_per_s" : "capacity_connections";
  std::string code(currency.name());
  std::ranges::transform(code, code.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return "cost_" + code + "_per_month";
}

std::string_view Answer::unit() const {
  if (kind == Kind::metric) return info(metric).unit;
  if (kind == Kind::cost) return {};
  return axis == LoadAxis::rate ? "1/s" : "count";
}

std::vector<Sensitivity> find_sensitivity(const SensitivityQuestion& question, const RunOptions& options) {
  return Study(question, options).find();
}

}  // namespace models
