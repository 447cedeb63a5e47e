// SPDX-License-Identifier: MIT
// compare: two results of `run`, or two deployments of one, metric by metric, with what is proven about each change.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tools/cli/commands.hpp"
#include "tools/cli/output.hpp"
#include "tools/compare/change_data.hpp"
#include "tools/compare/change_text.hpp"
#include "tools/compare/gate.hpp"
#include "tools/compare/pairing.hpp"
#include "tools/compare/result_reader.hpp"

namespace cli {
namespace {

constexpr std::array usual{models::Metric::throughput, models::Metric::latency_mean, models::Metric::latency_p50,
                           models::Metric::latency_p95, models::Metric::latency_p99, models::Metric::cpu_used,
                           models::Metric::memory_mean, models::Metric::error_rate,  models::Metric::makespan};

std::vector<models::Metric> shown_metrics(const std::vector<std::string>& asked, bool wide) {
  if (asked.empty() && !wide) return {usual.begin(), usual.end()};
  std::vector<models::Metric> metrics;
  std::vector<std::string_view> known;
  for (const models::MetricInfo& info : models::metric_table()) {
    known.push_back(info.name);
    const bool is_asked = std::ranges::any_of(asked, [&](const std::string& name) { return name == info.name || name == info.field; });
    if (is_asked || wide) metrics.push_back(info.metric);
  }
  for (const std::string& name : asked) {
    const bool found = std::ranges::any_of(models::metric_table(), [&](const models::MetricInfo& info) {
      return name == info.name || name == info.field;
    });
    if (!found) throw UsageError(fmt::format("--metric: there is no metric '{}'{}", name, did_you_mean(name, known)));
  }
  return metrics;
}

class Compare : public Command {
 public:
  void declare(Options& options) override {
    options.arguments("FILE", files_, "Results of `forkcast run --export x.json`: before and after, or one of them");
    options.value("--of", of_, "NAME", "With one FILE: the deployment that is judged");
    options.value("--against", against_, "NAME", "With one FILE: the deployment it is compared with");
    options.repeated("--metric", metrics_, "NAME", "Show this metric instead of the usual ones; repeatable");
    options.flag("--wide", wide_, "Show every metric");
    options.repeated("--fail-on", gates_, "CHANGE",
                     "Exit 1 when a change beyond this is proven, for example 'latency_p99>+5%', 'throughput<-3%' or "
                     "'cost>+5%'; repeatable");
    options.choice("--format", format_, {"table", "markdown", "csv", "json"}, "NAME", "table, markdown, csv or json");
  }

  int execute(const std::string&) override {
    check_usage();
    const std::vector<models::Metric> metrics = shown_metrics(metrics_, wide_);
    const std::vector<differences::Gate> gates = parsed_gates();
    std::vector<differences::StoredResult> results;
    std::vector<std::string> problems;
    for (const std::string& file : files_) {
      if (std::optional<differences::StoredResult> result = differences::read_result(file, problems)) {
        results.push_back(std::move(*result));
      }
    }
    if (!problems.empty()) {
      for (const std::string& problem : problems) complain(problem);
      return refused;
    }
    try {
      const differences::Comparison comparison =
          results.size() == 2 ? differences::between(results[0], results[1]) : differences::within(results[0], of_, against_);
      return report(comparison, metrics, differences::judge(gates, comparison));
    } catch (const differences::NothingToCompare& reason) {
      complain(reason.what());
      return refused;
    }
  }

 private:
  void check_usage() const {
    const bool names = !of_.empty() || !against_.empty();
    if (files_.empty() || files_.size() > 2) throw UsageError("compare needs two results, or one with --of and --against");
    if (files_.size() == 1 && (of_.empty() || against_.empty())) {
      throw UsageError("one result needs --of NAME and --against NAME, or give a second one");
    }
    if (files_.size() == 2 && names) throw UsageError("--of and --against choose within one result; two are given");
  }

  std::vector<differences::Gate> parsed_gates() const {
    std::vector<differences::Gate> gates;
    for (const std::string& text : gates_) {
      std::variant<differences::Gate, std::string> parsed = differences::parse_gate(text);
      if (const auto* problem = std::get_if<std::string>(&parsed)) throw UsageError("--fail-on " + *problem);
      gates.push_back(std::get<differences::Gate>(std::move(parsed)));
    }
    return gates;
  }

  int report(const differences::Comparison& comparison, const std::vector<models::Metric>& metrics,
             const std::vector<differences::JudgedGate>& judged) const {
    std::string text;
    if (format_ == "table") text = differences::as_table(comparison, metrics);
    if (format_ == "markdown") text = differences::as_markdown(comparison, metrics);
    if (format_ == "csv") text = differences::as_csv(comparison, metrics);
    if (format_ == "json") text = differences::as_json(comparison, metrics, judged);
    const int printed = print(text);
    bool exceeded = false;
    for (const differences::JudgedGate& gate : judged) {
      tell(differences::line(gate));
      exceeded = exceeded || gate.verdict == differences::GateVerdict::exceeded;
    }
    return printed == done && exceeded ? static_cast<int>(expectation_failed) : printed;
  }

  std::vector<std::string> files_;
  std::string of_;
  std::string against_;
  std::vector<std::string> metrics_;
  bool wide_ = false;
  std::vector<std::string> gates_;
  std::string format_ = "table";
};

}  // namespace

const CommandInfo compare_command{"compare", "What has changed between two results, and what of it is proven",
                                  "  forkcast compare before.json after.json\n"
                                  "  forkcast compare before.json after.json --fail-on 'latency_p99>+5%'\n"
                                  "  forkcast compare shop.json --of ft-1x16 --against sync-5",
                                  [] { return std::unique_ptr<Command>(new Compare); }};

}  // namespace cli
