// SPDX-License-Identifier: MIT
#include "tools/report/reporter.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

#include "models/scenario/resolved.hpp"
#include "tools/report/digest.hpp"

namespace report {
namespace {

constexpr std::array<Format, 4> all_formats{{
    {"table", ".txt", "aligned columns and a short reading, for people", make_table},
    {"markdown", ".md", "the same as a Markdown table", make_markdown},
    {"csv", ".csv", "one row a deployment, SI units in the column names, with half widths", make_csv},
    {"json", ".json", "everything: context, resolved scenario, estimates, replications, verdicts", make_json},
}};

}  // namespace

std::span<const Format> formats() { return all_formats; }

std::vector<std::string_view> extensions() {
  std::vector<std::string_view> all;
  for (const Format& format : all_formats) all.push_back(format.extension);
  return all;
}

const Format* format_named(std::string_view name) {
  const auto* found = std::ranges::find(all_formats, name, &Format::name);
  return found == all_formats.end() ? nullptr : found;
}

const Format* format_of_file(std::string_view file) {
  const auto* found =
      std::ranges::find_if(all_formats, [&](const Format& format) { return file.ends_with(format.extension); });
  return found == all_formats.end() ? nullptr : found;
}

std::string scenario_hash(const models::Scenario& scenario) {
  Digest digest;
  digest.add(models::resolved(scenario).dump());
  return digest.digits();
}

}  // namespace report
