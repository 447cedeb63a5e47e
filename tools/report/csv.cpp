// SPDX-License-Identifier: MIT
// One row a deployment (RFC 4180: CRLF, quotes doubled). The columns are the same for every scenario; a metric's
// column is named as in the JSON, SI unit included, and is followed by its half width and, for ranges, its ends.
// A number that does not apply or is not finite is an empty field. Amounts of money are named by their currency.
#include <optional>
#include <string>

#include "tools/report/cost_view.hpp"
#include "tools/report/csv_text.hpp"
#include "tools/report/day_view.hpp"
#include "tools/report/number.hpp"
#include "tools/report/reporter.hpp"

namespace report {
namespace {

std::string capacity(const std::optional<models::Capacity>& found) {
  std::string text;
  for (const models::LoadAxis axis : {models::LoadAxis::rate, models::LoadAxis::connections}) {
    const bool known = found && found->any && found->axis == axis;
    const models::Estimate load = known ? found->load : models::Estimate{};
    for (const double value : {load.mean, load.half_width, load.low, load.high}) {
      text += ',';
      if (known) text += csv_number(value);
    }
  }
  if (!found) return text + ",,,,";
  text += ',' + csv_quoted(found->reason) + ',' + std::string(found->any ? word(found->binds) : "") + ",";
  if (!found->next) return text + ',';
  return text + std::string(word(*found->next)) + ',' + csv_number(found->next_factor);
}

class Csv : public Reporter {
 public:
  std::string serialize(std::span<const models::Comparison> comparisons, const Context&) const override {
    std::string text =
        "scenario,seed,deployment,runtime,interpreter,server,processes,threads,replications,slo,slo_reason,"
        "saturated,precise,binds,basis";
    for (const models::MetricInfo& info : models::metric_table()) {
      for (const std::string_view suffix : {"", "_half_width", "_low", "_high"}) {
        text += ',';
        text += info.field;
        text += suffix;
      }
    }
    for (const std::string_view axis : {"capacity_per_s", "capacity_connections"}) {
      for (const std::string_view suffix : {"", "_half_width", "_low", "_high"}) {
        text += ',';
        text += axis;
        text += suffix;
      }
    }
    text += ",capacity_reason,capacity_binds,capacity_next,capacity_next_factor";
    const std::vector<std::string> money = currencies(comparisons);
    text += cost_columns(money) + day_columns(money) + "\r\n";
    for (const models::Comparison& comparison : comparisons) {
      for (const models::DeploymentResult& result : comparison.deployments) {
        const models::Deployment& deployment = result.deployment;
        for (const std::string& field :
             {csv_quoted(comparison.scenario.file), std::to_string(comparison.seed), csv_quoted(deployment.name),
              csv_quoted(result.runtime), csv_quoted(result.interpreter), csv_quoted(deployment.server),
              std::to_string(deployment.processes), std::to_string(deployment.threads),
              std::to_string(result.replications.size()), std::string(word(result.slo)), csv_quoted(result.slo_reason),
              std::string(result.saturated ? "true" : "false"), std::string(result.precise ? "true" : "false"),
              std::string(word(result.binds))}) {
          text += field;
          text += ',';
        }
        text += word(result.basis);
        for (const models::Estimate& estimate : result.estimates) {
          for (const double value : {estimate.mean, estimate.half_width, estimate.low, estimate.high}) {
            text += ',';
            text += csv_number(value);
          }
        }
        text += capacity(result.capacity) + cost_fields(result, money) + day_fields(result, money) + "\r\n";
      }
    }
    return text;
  }
};

}  // namespace

std::unique_ptr<Reporter> make_csv() { return std::make_unique<Csv>(); }

}  // namespace report
