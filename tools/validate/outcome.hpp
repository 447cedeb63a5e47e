// SPDX-License-Identifier: MIT
// What a validation found, ready to be shown.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/validate/campaign.hpp"
#include "tools/validate/summary.hpp"

namespace validation {

struct Outcome {
  std::string plan;                       // file
  std::string description;
  std::vector<ScoredCase> cases;
  std::vector<Ranking> rankings;
  std::vector<CampaignFailure> failures;  // cases that could not be measured
  Summary summary;
  std::vector<std::string> broken;        // bounds
};

// Over the cases and contests of all of them.
Summary summary_of_all(const std::vector<Outcome>& outcomes);

struct Format {
  std::string_view name;                  // of --format
  std::string (*write)(const std::vector<Outcome>& outcomes);
};
std::span<const Format> formats();
const Format* format_named(std::string_view name);   // null: there is none

std::string as_table(const std::vector<Outcome>& outcomes);
std::string as_markdown(const std::vector<Outcome>& outcomes);
std::string as_csv(const std::vector<Outcome>& outcomes);    // a line for each case and metric
std::string as_json(const std::vector<Outcome>& outcomes);

}  // namespace validation
