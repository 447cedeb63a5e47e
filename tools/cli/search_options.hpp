// SPDX-License-Identifier: MIT
// What commands that search take alike, and how a search of theirs is watched and interrupted.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "models/cluster/run_options.hpp"
#include "models/scenario/diagnostics.hpp"
#include "tools/cli/options.hpp"

namespace cli {

struct SearchOptions {
  std::vector<std::string> settings;
  int jobs = 0;
  std::string format = "table";
  bool quiet = false;

  void declare(Options& options, const std::vector<std::string_view>& formats);
  // Errors always, warnings unless `quiet`.
  void tell_findings(const models::Diagnostics& diagnostics, bool refused) const;
};

// Prints what `search` answers; the exit status, that of an interrupted command too.
// `unit`: what its progress counts.
int searched(const SearchOptions& options, const std::function<std::string(const models::RunOptions&)>& search,
             std::string_view unit = "replications");

}  // namespace cli
