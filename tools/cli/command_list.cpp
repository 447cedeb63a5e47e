// SPDX-License-Identifier: MIT
// list: the names that a scenario may use, and the scenarios that are shipped.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "models/fields/metrics.hpp"
#include "models/fleet/day_metrics.hpp"
#include "models/runtime/registry.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/reader.hpp"
#include "models/workload/arrivals.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/output.hpp"
#include "tools/kernels/catalogue.hpp"

namespace cli {
namespace {

using Entry = std::pair<std::string, std::string>;   // name, help

constexpr std::array<std::string_view, 6> kinds{"runtimes", "servers", "arrivals", "metrics", "kernels", "scenarios"};

std::vector<Entry> scenarios() {
  namespace fs = std::filesystem;
  std::vector<Entry> found;
  std::error_code none;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(FORKCAST_SCENARIOS, none)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".yaml") || name.ends_with(".profile.yaml") || name.ends_with(".host.yaml") ||
        name.ends_with(".prices.yaml")) {
      continue;
    }
    models::Diagnostics diagnostics;
    const std::optional<models::Scenario> scenario = models::read_scenario(entry.path().string(), {}, diagnostics);
    // Price sheets and the like lie beside scenarios.
    if (!scenario) continue;
    const std::string& description = scenario->description;
    found.emplace_back(fs::proximate(entry.path(), none).string(), description.substr(0, description.find('\n')));
  }
  std::ranges::sort(found);
  return found;
}

std::vector<Entry> entries(std::string_view kind) {
  std::vector<Entry> found;
  if (kind == "scenarios") return scenarios();
  if (kind == "runtimes") {
    for (const auto& one : models::runtimes()) found.emplace_back(one.name, one.help);
  } else if (kind == "servers") {
    for (const auto& one : models::servers()) found.emplace_back(one.name, one.help);
  } else if (kind == "kernels") {
    for (const auto& one : kernels::shipped_kernels()) found.emplace_back(one.name, one.help);
  } else if (kind == "metrics") {
    for (const auto& one : models::metric_table()) found.emplace_back(one.name, one.help);
    for (const auto& one : models::capacity_metric_table()) found.emplace_back(one.name, one.help);
    for (const auto& one : models::day_metric_table()) found.emplace_back(one.name, one.help);
  } else {
    for (const auto& one : models::arrival_processes()) found.emplace_back(one.name, one.help);
  }
  return found;
}

std::string section(std::string_view kind) {
  const std::vector<Entry> found = entries(kind);
  std::size_t widest = 0;
  for (const Entry& entry : found) widest = std::max(widest, entry.first.size());
  std::string text;
  for (const auto& [name, help] : found) text += fmt::format("{:<{}}  {}\n", name, widest, help);
  return text;
}

class List : public Command {
 public:
  void declare(Options& options) override {
    options.choice("KIND", kind_, {kinds.begin(), kinds.end()}, "NAME",
                   fmt::format("One of {}; none: all", fmt::join(kinds, ", ")));
  }

  int execute(const std::string&) override {
    if (!kind_.empty()) return print(section(kind_));
    std::string text;
    for (const std::string_view kind : kinds) text += fmt::format("{}{}:\n{}", text.empty() ? "" : "\n", kind, section(kind));
    return print(text);
  }

 private:
  std::string kind_;
};

}  // namespace

const CommandInfo list_command{"list", "List the names that a scenario may use",
                               "  forkcast list\n  forkcast list servers",
                               [] { return std::unique_ptr<Command>(new List); }};

}  // namespace cli
