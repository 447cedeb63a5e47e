// SPDX-License-Identifier: MIT
#include "tools/validate/campaign.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <map>
#include <optional>

#include "sim/stats/median.hpp"
#include "tools/measure/campaign.hpp"
#include "tools/validate/measured_case.hpp"
#include "tools/validate/metric.hpp"
#include "tools/validate/planned_run.hpp"

namespace validation {

namespace {

using models::Count;
using models::MeasuredRun;

// A server that cannot be started need not be tried for an hour.
constexpr int most_failures_in_a_row = 2;

struct Item {
  const models::PlannedCase* planned;      // null: a probe
  const models::ValidationSubject* subject;
  models::Configuration what;
  std::string key;
  Count before = 0;
  bool once = false;
  std::optional<models::Fraction> paced = std::nullopt;
  int failures_in_a_row = 0;
  std::string last_failure{};

  bool is_open_share() const { return planned != nullptr && planned->rate_of_capacity; }
};

// Three digits say as much about a capacity as one repeat of it can.
double rounded(double rate) {
  const double unit = std::pow(10.0, std::floor(std::log10(rate)) - 2.0);
  return std::round(rate / unit) * unit;
}

class Campaign {
 public:
  Campaign(const models::ValidationPlan& plan, const std::vector<MeasuredRun>& recorded,
           const CampaignSettings& settings)
      : plan_(plan), settings_(settings) {
    for (const models::PlannedCase& planned : plan.cases) add(planned);
    // A capacity is measured before what is measured at a share of it.
    std::stable_partition(items_.begin(), items_.end(), [](const Item& item) { return !item.is_open_share(); });
    const std::size_t cases = items_.size();
    for (const Probe& probe : settings.probes) {
      if (std::none_of(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(cases),
                       [&](const Item& item) { return item.subject->name == probe.subject; })) {
        continue;   // no case is predicted from it
      }
      items_.push_back({nullptr, &subject_named(probe.subject), probe.what, probe.name, probe.before, probe.once, probe.paced});
    }
    for (const MeasuredRun& run : recorded) known_.emplace(run.id, run);
    for (Item& item : items_) take_up(item);
  }

  CampaignResult all() {
    for (Count repeat = 1; repeat <= plan_.repeats; ++repeat) {
      for (Item& item : items_) {
        if (item.failures_in_a_row >= most_failures_in_a_row || !is_due(item, repeat)) continue;
        if (stopped() || !measure(item, repeat)) {
          result_.interrupted = true;
          return std::move(result_);
        }
      }
    }
    for (Item& item : items_) {
      const bool was_given_up = item.failures_in_a_row >= most_failures_in_a_row;
      if (item.failures_in_a_row > 0 && !was_given_up && !has_run(item)) give_up(item, item.last_failure);
    }
    return std::move(result_);
  }

 private:
  void add(const models::PlannedCase& planned) {
    const models::ValidationSubject& subject = subject_named(planned.subject);
    Item item{&planned, &subject, configuration_of(planned, subject.server, settings_.machine_cores), {}};
    item.key = key_of(planned, item.what);
    if (!settings_.only.empty() && !selects(settings_.only, item.key) && !is_capacity_of_selected(planned)) return;
    items_.push_back(std::move(item));
  }

  const models::ValidationSubject& subject_named(const std::string& name) const {
    return *std::find_if(plan_.subjects.begin(), plan_.subjects.end(),
                         [&](const models::ValidationSubject& subject) { return subject.name == name; });
  }

  // A selected case at a share of a capacity needs the closed case that tells it.
  bool is_capacity_of_selected(const models::PlannedCase& planned) const {
    if (planned.rate || planned.rate_of_capacity) return false;
    return std::any_of(plan_.cases.begin(), plan_.cases.end(), [&](const models::PlannedCase& other) {
      if (!other.rate_of_capacity || !models::same_deployment(planned, other)) return false;
      return selects(settings_.only, key_of(other, configuration_of(other, {}, settings_.machine_cores)));
    });
  }

  bool stopped() const { return settings_.stop_requested && settings_.stop_requested(); }

  // Takes what is recorded of a case, and the rate that it was recorded at.
  void take_up(Item& item) {
    for (Count repeat = 1; repeat <= plan_.repeats; ++repeat) {
      for (Count attempt = 1; attempt <= plan_.retries + 1; ++attempt) {
        const auto found = known_.find(run_id(item.key, repeat, attempt));
        if (found == known_.end()) break;
        if ((item.is_open_share() || item.paced) && !item.what.rate) item.what.rate = found->second.what.rate;
        if (!same_case(item.what, found->second.what)) {
          throw OtherPlan("the record holds '" + found->first + "', measured with other settings than the plan has now");
        }
        result_.runs.push_back(found->second);
      }
    }
  }

  // Of the deployment at most connections: the median of what is measured so far.
  std::optional<double> capacity(const models::PlannedCase& planned) const {
    Count connections = 0;
    std::vector<double> rates;
    for (const Item& item : items_) {
      if (item.planned == nullptr || item.planned->rate || item.planned->rate_of_capacity || !models::same_deployment(*item.planned, planned) ||
          item.what.connections < connections) {
        continue;
      }
      if (item.what.connections > connections) rates.clear();
      connections = item.what.connections;
      for (const MeasuredRun& run : result_.runs) {
        if (same_case(run.what, item.what)) rates.push_back(run.throughput.per_second);
      }
    }
    const double found = sim::median(std::move(rates));
    return found > 0.0 ? std::optional(found) : std::nullopt;
  }

  // What was measured of the case says more than a prediction.
  double expected_rate(const models::Configuration& what) const {
    for (const MeasuredRun& run : result_.runs) {
      if (same_case(run.what, what)) return run.throughput.per_second;
    }
    return settings_.expected_rate ? settings_.expected_rate(what) : std::nan("");
  }

  // Quiet, and with the answers that scoring asks for or as long as a window may be.
  bool is_good(const Item& item, const MeasuredRun& run) const {
    if (run.contaminated(settings_.machine_cores)) return false;
    return item.planned == nullptr || run.requests >= plan_.scored.requests ||
           window_for(run.what).seconds <= run.what.window.seconds;
  }

  models::Duration window_for(const models::Configuration& what) const {
    const double rate = what.rate ? what.rate->per_second : expected_rate(what);
    // Some more than needed: a prediction is not the truth.
    const double needed = 1.15 * static_cast<double>(plan_.scored.requests) / rate;
    const double longest = std::max(plan_.longest_window.seconds, plan_.window.seconds);
    return needed > plan_.window.seconds ? models::Duration{std::min(std::ceil(needed), longest)} : plan_.window;
  }

  // False when interrupted.
  bool measure(Item& item, Count repeat) {
    for (Count attempt = 1; attempt <= plan_.retries + 1; ++attempt) {
      const std::string id = run_id(item.key, repeat, attempt);
      if (const auto found = known_.find(id); found != known_.end()) {
        if (is_good(item, found->second)) return true;
        continue;
      }
      if (item.is_open_share() && !item.what.rate) {
        const std::optional<double> most = capacity(*item.planned);
        if (!most) {
          give_up(item, "its capacity could not be measured");
          return true;
        }
        item.what.rate = models::Rate{rounded(*most * item.planned->rate_of_capacity->value)};
      }
      if (item.paced && !item.what.rate) {
        item.what.rate = measure::paced_rate(*item.paced, item.what, result_.runs);
        if (!item.what.rate) {
          give_up(item, "no closed loop tells its rate");
          return true;
        }
      }
      if (item.planned != nullptr) {
        item.what.window = window_for(item.what);
        item.what.warm_up = plan_.warm_up;
      }
      report(item, repeat);
      MeasuredRun run;
      try {
        run = settings_.measure({*item.subject, item.what, item.before, static_cast<std::uint64_t>(repeat)});
      } catch (const std::exception& error) {
        if (stopped()) return false;
        item.last_failure = error.what();
        if (++item.failures_in_a_row == most_failures_in_a_row) give_up(item, item.last_failure);
        return true;
      }
      item.failures_in_a_row = 0;
      run.id = id;
      run.what = item.what;
      if (settings_.record) settings_.record(run);
      known_.emplace(id, run);
      result_.runs.push_back(run);
      if (is_good(item, run)) return true;
      if (stopped()) return false;
    }
    return true;
  }

  static bool is_due(const Item& item, Count repeat) {
    return item.planned != nullptr || (item.once ? repeat == 1 : repeat % 2 == 1);
  }

  void give_up(Item& item, std::string why) {
    item.failures_in_a_row = most_failures_in_a_row;
    result_.failures.push_back({item.key, std::move(why)});
  }

  // By its own key: probes may share a configuration and differ in the requests before it.
  bool has_run(const Item& item) const {
    for (Count repeat = 1; repeat <= plan_.repeats; ++repeat) {
      if (is_known(item, repeat)) return true;
    }
    return false;
  }

  bool is_known(const Item& item, Count repeat) const { return known_.count(run_id(item.key, repeat, 1)) > 0; }

  void report(const Item& now, Count now_repeat) const {
    if (!settings_.on_progress) return;
    CampaignProgress progress;
    for (Count repeat = 1; repeat <= plan_.repeats; ++repeat) {
      for (const Item& item : items_) {
        if (!is_due(item, repeat)) continue;
        if (item.failures_in_a_row >= most_failures_in_a_row && !is_known(item, repeat)) continue;
        ++progress.expected;
        if (is_known(item, repeat)) {
          ++progress.done;
        } else {
          progress.seconds_left += item.planned == nullptr ? item.what.warm_up.seconds + item.what.window.seconds
                                                           : plan_.warm_up.seconds + window_for(item.what).seconds;
        }
      }
    }
    progress.what = run_id(now.key, now_repeat, 1);
    settings_.on_progress(progress);
  }

  const models::ValidationPlan& plan_;
  const CampaignSettings& settings_;
  std::vector<Item> items_;
  std::map<std::string, MeasuredRun> known_;   // by id
  CampaignResult result_;
};

}  // namespace

CampaignResult measure_all(const models::ValidationPlan& plan, const std::vector<MeasuredRun>& recorded,
                           const CampaignSettings& settings) {
  return Campaign(plan, recorded, settings).all();
}

}  // namespace validation
