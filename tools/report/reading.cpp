// SPDX-License-Identifier: MIT
#include "tools/report/reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "models/capacity/promises.hpp"
#include "tools/report/cost_reading.hpp"
#include "tools/report/cost_view.hpp"
#include "tools/report/letters.hpp"
#include "tools/report/number.hpp"

namespace report {
namespace {

using models::Binds;
using models::Comparison;
using models::DeploymentResult;
using models::Estimate;
using models::Metric;
using models::PairedVerdict;
using models::SloVerdict;
using models::Verdict;

using Indices = std::vector<std::size_t>;

constexpr std::size_t most_names = 4;

std::string listed(const std::vector<std::string>& names) {
  if (names.size() > most_names) return fmt::format("{} and others", fmt::join(names.begin(), names.begin() + most_names, ", "));
  if (names.size() < 2) return names.empty() ? std::string() : names.front();
  return fmt::format("{} and {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
}

// The difference between two deployments, seen from the first.
struct Difference {
  Verdict verdict;
  double size;        // absolute
  std::size_t index;  // in Comparison::verdicts
};

class Reader {
 public:
  explicit Reader(const Comparison& comparison) : comparison_(comparison) {}

  std::vector<Sentence> read() {
    if (comparison_.deployments.empty()) return {};
    slo();
    saturated();
    choose_candidates();
    if (candidates_.size() == 1) {
      alone();
    } else {
      winner();
      latency();
      versions();
    }
    binds();
    capacity();
    days();
    memory();
    basis();
    return std::move(sentences_);
  }

 private:
  const DeploymentResult& result(std::size_t i) const { return comparison_.deployments[i]; }
  const std::string& name(std::size_t i) const { return result(i).deployment.name; }

  Indices those(const auto& wanted) const {
    Indices found;
    for (std::size_t i = 0; i < comparison_.deployments.size(); ++i) {
      if (wanted(result(i))) found.push_back(i);
    }
    return found;
  }

  std::string names(const Indices& which) const {
    if (which.size() > 1 && which.size() == comparison_.deployments.size()) return "all";
    std::vector<std::string> all;
    for (const std::size_t i : which) all.push_back(name(i));
    return listed(all);
  }

  // Writes an estimate into the sentence that is being made.
  std::string quote(std::size_t i, Metric metric) {
    const models::MetricInfo& about = models::info(metric);
    return quote(result(i)[metric], about.unit, fmt::format("/deployments/{}/metrics/{}/", i, about.field));
  }

  std::string quote(std::size_t i, models::DayMetric metric) {
    const models::DayMetricInfo& about = models::info(metric);
    return quote((*result(i).day)[metric], about.unit, fmt::format("/deployments/{}/day/metrics/{}/", i, about.field));
  }

  std::string quote(const Estimate& estimate, std::string_view unit, const std::string& place) {
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

  std::string quote(const Difference& difference, Metric metric) {
    QuotedNumber quoted{format_value(difference.size, models::info(metric).unit),
                        {fmt::format("/verdicts/{}/difference", difference.index)}};
    numbers_.push_back(quoted);
    return quoted.text;
  }

  void say(std::string text) { sentences_.push_back({std::move(text), std::exchange(numbers_, {})}); }

  std::optional<Difference> versus(std::size_t first, std::size_t second, Metric metric) const {
    for (std::size_t i = 0; i < comparison_.verdicts.size(); ++i) {
      const PairedVerdict& pair = comparison_.verdicts[i];
      if (pair.metric != metric) continue;
      if (pair.first == first && pair.second == second) return Difference{pair.verdict, std::abs(pair.difference), i};
      if (pair.first == second && pair.second == first) {
        const Verdict turned = pair.verdict == Verdict::more   ? Verdict::less
                               : pair.verdict == Verdict::less ? Verdict::more
                                                               : Verdict::no_difference_proven;
        return Difference{turned, std::abs(pair.difference), i};
      }
    }
    return std::nullopt;
  }

  bool proven(std::size_t first, std::size_t second, Metric metric, Verdict verdict) const {
    const std::optional<Difference> difference = versus(first, second, metric);
    return difference && difference->verdict == verdict;
  }

  void slo() {
    const auto judged = [&](SloVerdict verdict) {
      return those([&](const DeploymentResult& one) { return one.slo == verdict; });
    };
    const Indices kept = judged(SloVerdict::ok);
    const Indices missed = judged(SloVerdict::missed);
    const Indices undecided = judged(SloVerdict::undecided);
    if (kept.empty() && missed.empty() && undecided.empty()) return;
    std::vector<std::string> parts;
    if (!kept.empty()) parts.push_back("kept by " + names(kept));
    if (!missed.empty()) {
      std::vector<std::string> with_reasons;
      for (const std::size_t i : missed) {
        const std::string& reason = result(i).slo_reason;
        with_reasons.push_back(reason.empty() ? name(i) : fmt::format("{} ({})", name(i), reason));
      }
      parts.push_back("missed by " + listed(with_reasons));
    }
    if (!undecided.empty()) parts.push_back("undecided for " + names(undecided));
    say(fmt::format("The SLO is {}.", fmt::join(parts, ", ")));
  }

  void saturated() {
    const Indices over = those([](const DeploymentResult& one) { return one.saturated; });
    if (over.empty()) return;
    std::vector<std::string> parts;
    for (const std::size_t i : over) {
      if (parts.size() == most_names) {
        parts.push_back("");  // only makes the list say "and others"
        break;
      }
      parts.push_back(fmt::format("{} ({} completed)", name(i), quote(i, Metric::throughput)));
    }
    say(fmt::format("The load is beyond the capacity of {}.", listed(parts)));
  }

  // Those that keep the SLO, else those that carry the load, else all.
  void choose_candidates() {
    among_ = "Among those that keep the SLO, ";
    candidates_ = those([](const DeploymentResult& one) { return one.slo == SloVerdict::ok && !one.saturated; });
    if (candidates_.empty()) {
      among_ = "Among those that carry the load, ";
      candidates_ = those([](const DeploymentResult& one) { return !one.saturated; });
    }
    const bool all_saturated = candidates_.empty();
    if (all_saturated) candidates_ = those([](const DeploymentResult&) { return true; });
    // Under an open load that they all carry, throughputs are equal by construction and latency tells them apart.
    const bool open = comparison_.scenario.service.load.open || comparison_.scenario.service.load.trace;
    metric_ = open && !all_saturated ? Metric::latency_p99 : Metric::throughput;
    std::erase_if(candidates_, [&](std::size_t i) { return std::isnan(result(i)[metric_].mean); });
  }

  bool is_latency() const { return metric_ != Metric::throughput; }
  Verdict better() const { return is_latency() ? Verdict::less : Verdict::more; }

  void alone() {
    const std::size_t i = candidates_.front();
    leader_ = i;
    std::string text = fmt::format("{} completes {}", name(i), quote(i, Metric::throughput));
    if (!result(i).saturated && !std::isnan(result(i)[Metric::latency_p99].mean)) {
      text += fmt::format(" with a p99 of {}", quote(i, Metric::latency_p99));
    }
    say(text + ".");
  }

  void winner() {
    if (candidates_.empty()) return;
    std::ranges::stable_sort(candidates_, [&](std::size_t a, std::size_t b) {
      const double left = result(a)[metric_].mean;
      const double right = result(b)[metric_].mean;
      return is_latency() ? left < right : left > right;
    });
    leader_ = candidates_.front();
    Indices ties;
    Indices beaten;
    for (const std::size_t other : std::span(candidates_).subspan(1)) {
      (proven(*leader_, other, metric_, better()) ? beaten : ties).push_back(other);
    }
    const std::string among(candidates_.size() < comparison_.deployments.size() ? among_ : "");
    if (ties.empty()) {
      const std::size_t next = beaten.front();
      const Difference difference = *versus(*leader_, next, metric_);
      const std::string value = quote(*leader_, metric_);
      const std::string by = quote(difference, metric_);
      const std::string next_value = quote(next, metric_);
      say(is_latency()
              ? fmt::format("{}{} has the lowest p99, {}: {} less than {} ({}).", among, name(*leader_), value, by,
                            name(next), next_value)
              : fmt::format("{}{} completes the most requests, {}: {} more than {} ({}).", among, name(*leader_), value,
                            by, name(next), next_value));
      return;
    }
    std::vector<std::string> equals{fmt::format("{} ({})", name(*leader_), quote(*leader_, metric_))};
    for (const std::size_t i : ties) {
      if (equals.size() == most_names) {
        equals.push_back("");
        break;
      }
      equals.push_back(fmt::format("{} ({})", name(i), quote(i, metric_)));
    }
    std::string text = fmt::format("{} difference in {} is proven between {}",
                                   among.empty() ? "No" : among + "no", is_latency() ? "p99" : "throughput", listed(equals));
    if (!beaten.empty()) {
      text += fmt::format("; {} {} than {}", name(*leader_),
                          is_latency() ? "has a lower p99" : "completes more requests", names(beaten));
    }
    say(text + ".");
  }

  // Beside the throughput: who answers sooner, when that is another one and proven.
  void latency() {
    if (!leader_ || is_latency() || result(*leader_).saturated) return;
    std::size_t best = *leader_;
    for (const std::size_t i : candidates_) {
      if (!result(i).saturated && result(i)[Metric::latency_p99].mean < result(best)[Metric::latency_p99].mean) best = i;
    }
    if (best == *leader_ || !proven(best, *leader_, Metric::latency_p99, Verdict::less)) return;
    const Difference difference = *versus(best, *leader_, Metric::latency_p99);
    const std::string value = quote(best, Metric::latency_p99);
    const std::string by = quote(difference, Metric::latency_p99);
    const std::string other = quote(*leader_, Metric::latency_p99);
    say(fmt::format("{} has a lower p99, {}: {} less than {} ({}).", name(best), value, by, name(*leader_), other));
  }

  void versions() {
    std::vector<std::string> interpreters;
    for (const std::size_t i : candidates_) {
      const std::string& one = result(i).interpreter;
      if (!one.empty() && std::ranges::find(interpreters, one) == interpreters.end()) interpreters.push_back(one);
    }
    if (interpreters.size() < 2) return;
    std::ranges::sort(interpreters);
    say(fmt::format("The versions differ too ({}), which alone may explain a difference.",
                    listed(interpreters)));
  }

  void binds() {
    const std::pair<Binds, std::string_view> kinds[] = {
        {Binds::workers, "the workers"},   {Binds::pool, "a downstream pool"}, {Binds::lock, "the interpreter lock"},
        {Binds::cores, "the cores"},       {Binds::cpu_quota, "the CPU quota"}, {Binds::memory, "the memory limit"},
        {Binds::arrivals, "nothing but the arrivals"}};
    std::vector<std::string> parts;
    for (const auto& entry : kinds) {
      const Binds kind = entry.first;
      const Indices bound = those([&](const DeploymentResult& one) { return one.binds == kind; });
      if (!bound.empty()) parts.push_back(fmt::format("{} in {}", entry.second, names(bound)));
    }
    say(fmt::format("What binds: {}.", fmt::join(parts, "; ")));
  }

  // Up to which load each keeps its promises, the highest first; no word that compares.
  void capacity() {
    Indices found = those([](const DeploymentResult& one) { return one.capacity && one.capacity->any; });
    const Indices never = those([](const DeploymentResult& one) { return one.capacity && !one.capacity->any; });
    if (found.empty() && never.empty()) return;
    std::ranges::stable_sort(found, [&](std::size_t a, std::size_t b) {
      return result(a).capacity->load.mean > result(b).capacity->load.mean;
    });
    std::vector<std::string> parts;
    for (const std::size_t i : found) {
      if (parts.size() == most_names) {
        parts.push_back("");
        break;
      }
      parts.push_back(fmt::format("{} with {}", quote_capacity(i), name(i)));
    }
    std::string text;
    const bool promised = !models::promises(comparison_.scenario.service.slo).empty();
    if (!found.empty()) text = fmt::format("One container {} {}", promised ? "keeps the SLO up to" : "keeps up with", listed(parts));
    if (!never.empty()) text += fmt::format("{}t no load is {} kept by {}", found.empty() ? "A" : "; a", found.empty() ? "the SLO" : "it", names(never));
    say(text + ".");
  }

  std::string quote_capacity(std::size_t i) {
    const models::Capacity& found = *result(i).capacity;
    const bool by_rate = found.axis == models::LoadAxis::rate;
    const std::string place = fmt::format("/deployments/{}/capacity/{}/", i, by_rate ? "load_per_s" : "connections");
    QuotedNumber quoted{format_estimate(found.load, unit_of(found.axis)), {}};
    if (found.load.is_range()) {
      quoted.at = {place + "low", place + "high"};
    } else {
      quoted.at = {place + "mean"};
      if (quoted.text.find("±") != std::string::npos) quoted.at.push_back(place + "half_width");
    }
    numbers_.push_back(quoted);
    return by_rate ? quoted.text : quoted.text + " connections";
  }

  // What each costs over the day of an autoscaler; no word that compares.
  void days() {
    std::vector<std::string> parts;
    for (const std::size_t i : those([](const DeploymentResult& one) { return one.day.has_value(); })) {
      if (parts.size() == most_names) {
        parts.push_back("");
        break;
      }
      using models::DayMetric;
      parts.push_back(fmt::format("{} takes {} replica-hours{} and misses the SLO in {} minutes, a new replica serving after {}",
                                  name(i), quote(i, DayMetric::replica_hours), quote_day_cost(i),
                                  quote(i, DayMetric::missed_minutes),
                                  quote(i, DayMetric::start_up)));
    }
    if (!parts.empty()) say(fmt::format("Over the day {}.", listed(parts)));
  }

  // ", $4.45..4.57," or nothing.
  std::string quote_day_cost(std::size_t i) {
    const std::optional<models::DayCost>& cost = result(i).day_cost;
    if (!cost) return {};
    const std::string text = models::text(cost->least, cost->most, models::decimals_per_month);
    const std::string place = fmt::format("/deployments/{}/day/cost_{}_per_day", i, lower(cost->per_day.currency().name()));
    const bool is_certain = text == models::text(cost->per_day, models::decimals_per_month);
    numbers_.push_back({text, is_certain ? std::vector{place} : std::vector{place + "_low", place + "_high"}});
    return fmt::format(", {},", text);
  }

  void memory() {
    constexpr Metric metric = Metric::memory_mean;
    // A profile without memory numbers gives zero, which says nothing.
    if (!leader_ || !(result(*leader_)[metric].mean > 0.0)) return;
    // Against the one that is furthest from it on the side where most is to gain, then to lose.
    std::optional<std::size_t> other;
    for (const std::size_t i : candidates_) {
      if (i == *leader_ || std::isnan(result(i)[metric].mean)) continue;
      if (!other || result(i)[metric].mean < result(*other)[metric].mean) other = i;
    }
    if (!other) {
      say(fmt::format("{} takes {} of memory.", name(*leader_), quote(*leader_, metric)));
      return;
    }
    const std::optional<Difference> difference = versus(*leader_, *other, metric);
    const std::string mine = quote(*leader_, metric);
    if (!difference || difference->verdict == Verdict::no_difference_proven) {
      const std::string its = quote(*other, metric);
      say(fmt::format("Memory: {} with {}, {} with {}, no difference proven.", mine, name(*leader_), its, name(*other)));
      return;
    }
    const std::string by = quote(*difference, metric);
    const std::string its = quote(*other, metric);
    say(fmt::format("{} takes {} of memory, {} {} than {} ({}).", name(*leader_), mine, by,
                    difference->verdict == Verdict::more ? "more" : "less", name(*other), its));
  }

  void basis() {
    std::vector<std::string> parts;
    for (const models::Basis kind : {models::Basis::derived, models::Basis::extrapolated, models::Basis::assumed}) {
      const Indices on = those([&](const DeploymentResult& one) { return one.basis == kind; });
      if (!on.empty()) parts.push_back(fmt::format("{} rest{} on {} numbers", names(on), on.size() == 1 ? "s" : "", word(kind)));
    }
    if (!parts.empty()) say(fmt::format("Not everything is measured: {}.", fmt::join(parts, "; ")));
  }

  const Comparison& comparison_;
  Metric metric_ = Metric::throughput;     // what the winner is chosen by
  std::string_view among_;                 // who the candidates are when not all
  Indices candidates_;                     // best first once the winner is known
  std::optional<std::size_t> leader_;
  std::vector<Sentence> sentences_;
  std::vector<QuotedNumber> numbers_;      // of the sentence that is being made
};

}  // namespace

std::vector<Sentence> reading(const Comparison& comparison) {
  std::vector<Sentence> sentences = Reader(comparison).read();
  for (Sentence& sentence : cost_reading(comparison)) sentences.push_back(std::move(sentence));
  return sentences;
}

std::string text_of(const std::vector<Sentence>& sentences) {
  std::string text;
  for (const Sentence& sentence : sentences) text += (text.empty() ? "" : "\n") + sentence.text;
  return text;
}

}  // namespace report
