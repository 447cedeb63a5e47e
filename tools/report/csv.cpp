// SPDX-License-Identifier: MIT
// One row a deployment (RFC 4180: CRLF, quotes doubled), its columns as in tools/report/record.hpp. A number
// that does not apply or is not finite is an empty field. Amounts of money are named by their currency.
#include <string>

#include "tools/report/cost_view.hpp"
#include "tools/report/csv_text.hpp"
#include "tools/report/record.hpp"
#include "tools/report/reporter.hpp"

namespace report {
namespace {

class Csv : public Reporter {
 public:
  std::string serialize(std::span<const models::Comparison> comparisons, const Context&) const override {
    const std::vector<std::string> money = currencies(comparisons);
    std::string text = "scenario,seed";
    for (const std::string& column : record_columns(money)) text += ',' + column;
    text += "\r\n";
    for (const models::Comparison& comparison : comparisons) {
      for (const models::DeploymentResult& result : comparison.deployments) {
        text += csv_quoted(comparison.scenario.file) + ',' + std::to_string(comparison.seed);
        for (const Cell& cell : record_of(result, money)) text += ',' + csv_field(cell);
        text += "\r\n";
      }
    }
    return text;
  }
};

}  // namespace

std::unique_ptr<Reporter> make_csv() { return std::make_unique<Csv>(); }

}  // namespace report
