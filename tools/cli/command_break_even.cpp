// SPDX-License-Identifier: MIT
// break-even: the value of a parameter at which the better of two deployments changes.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "models/break_even/break_even.hpp"
#include "models/scenario/parameters.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/reader.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/search_options.hpp"
#include "tools/report/break_even.hpp"

namespace cli {
namespace {

// A number and the unit behind it, as in 20ms.
struct End {
  double number = 0.0;
  std::string unit;
};

std::optional<End> end_of(std::string_view text) {
  End end;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), end.number);
  if (error != std::errc{}) return std::nullopt;
  end.unit = std::string(rest, text.data() + text.size());
  return end;
}

class BreakEvenCommand : public Command {
 public:
  void declare(Options& options) override {
    options.argument("FILE", file_, "Scenario");
    options.value("--of", of_, "NAME", "Deployment whose advantage is looked for");
    options.value("--against", against_, "NAME", "Deployment that it is compared with");
    options.value("--vary", vary_, "PATH=LOW..HIGH", "Parameter that is varied, any that --set takes, and its range");
    std::vector<std::string_view> criteria;
    for (const std::string_view name : models::words(models::Criterion{})) criteria.push_back(name);
    options.choice("--metric", metric_, criteria, "NAME", "What the winner is better in");
    search_.declare(options, {"table", "json"});
  }

  int execute(const std::string&) override {
    if (file_.empty()) throw UsageError("break-even needs a scenario");
    if (file_ == "-") throw UsageError("break-even reads the scenario more than once: give a file, not stdin");
    if (of_.empty() || against_.empty()) throw UsageError("break-even needs two deployments, --of NAME and --against NAME");
    read_range();

    models::Diagnostics diagnostics;
    const std::optional<models::Scenario> first = scenario_at(low_.number, diagnostics);
    const std::optional<models::Scenario> last = first ? scenario_at(high_.number, diagnostics) : std::nullopt;
    search_.tell_findings(diagnostics, !last);
    if (!last) return refused;
    for (const std::string& name : {of_, against_}) static_cast<void>(deployment_of(*first, name));

    models::BreakEvenQuestion question;
    question.slo = first->service.slo;
    question.criterion = criterion();
    const models::Load& load = first->service.load;
    const bool fitting = question.criterion == models::Criterion::capacity ? models::has_capacity(load, question.slo)
                                                                           : load.open || load.connections;
    if (!fitting) {
      complain(question.criterion == models::Criterion::capacity && load.connections
                   ? "without an `slo` a closed load has no capacity; use --metric throughput"
                   : "break-even needs an open or a closed load");
      return refused;
    }
    question.low = low_.number;
    question.high = high_.number;
    models::Diagnostics between;
    question.whole = low_.number >= 1.0 && !scenario_at(low_.number + 0.37 * (high_.number - low_.number), between);
    question.at = [&](double value) {
      models::Diagnostics unused;
      const std::optional<models::Scenario> scenario = scenario_at(value, unused);
      if (!scenario) throw UsageError(fmt::format("{} is refused at {}", path_, text_of(value)));
      return models::Contestants{models::parameters_of(*scenario, deployment_of(*scenario, of_)),
                                 models::parameters_of(*scenario, deployment_of(*scenario, against_))};
    };

    return searched(search_, [&](const models::RunOptions& run) {
      const std::vector<models::BreakEven> ends = models::find_break_even(question, run);
      return report::break_even_text({path_, low_.unit, of_, against_, question.criterion}, ends, search_.format);
    });
  }

 private:
  void read_range() {
    const std::size_t equals = vary_.find('=');
    const std::size_t dots = vary_.find("..", equals == std::string::npos ? 0 : equals);
    if (equals == std::string::npos || equals == 0 || dots == std::string::npos) {
      throw UsageError("--vary must be written as path=low..high, for example profiles.ft.single_thread_cost=1.0..1.6");
    }
    path_ = vary_.substr(0, equals);
    std::optional<End> low = end_of(std::string_view(vary_).substr(equals + 1, dots - equals - 1));
    const std::optional<End> high = end_of(std::string_view(vary_).substr(dots + 2));
    // A unit at the end alone holds for both ends.
    if (low && high && low->unit.empty()) low->unit = high->unit;
    if (!low || !high || low->unit != high->unit || !(low->number < high->number)) {
      throw UsageError(fmt::format("--vary {}: the range must ascend and have one unit, for example 5ms..40ms", vary_));
    }
    low_ = *low;
    high_ = *high;
  }

  std::string text_of(double value) const { return fmt::format("{}{}", value, low_.unit); }

  std::optional<models::Scenario> scenario_at(double value, models::Diagnostics& diagnostics) const {
    std::vector<std::string> settings = search_.settings;
    settings.push_back(path_ + "=" + text_of(value));
    return models::read_scenario(file_, settings, diagnostics);
  }

  const models::Deployment& deployment_of(const models::Scenario& scenario, const std::string& name) const {
    std::vector<std::string_view> names;
    for (const models::Deployment& one : scenario.deployments) {
      if (one.name == name) return one;
      names.push_back(one.name);
    }
    throw UsageError(fmt::format("there is no deployment '{}'{}", name, did_you_mean(name, names)));
  }

  models::Criterion criterion() const {
    const auto all = models::words(models::Criterion{});
    return static_cast<models::Criterion>(std::ranges::find(all, metric_) - all.begin());
  }

  std::string file_;
  std::string of_;
  std::string against_;
  std::string vary_;
  std::string path_;
  End low_;
  End high_;
  std::string metric_ = "capacity";
  SearchOptions search_;
};

}  // namespace

const CommandInfo break_even_command{
    "break-even", "Find the value of a parameter at which the better of two deployments changes",
    "  forkcast break-even web.yaml --of ft-1x8 --against sync-4 --vary profiles.ft.single_thread_cost=1.0..1.6\n"
    "  forkcast break-even web.yaml --of ft-1x8 --against sync-4 --vary container.limits.cpu=0.5..4 --metric latency_p99",
    [] { return std::unique_ptr<Command>(new BreakEvenCommand); }};

}  // namespace cli
