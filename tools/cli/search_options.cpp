// SPDX-License-Identifier: MIT
#include "tools/cli/search_options.hpp"

#include <unistd.h>

#include "tools/cli/command.hpp"
#include "tools/cli/interrupt.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/progress.hpp"
#include "tools/cli/terminal.hpp"

namespace cli {

void SearchOptions::declare(Options& options, const std::vector<std::string_view>& formats) {
  options.repeated("--set", settings, "PATH=VALUE", "Replace a parameter, for example service.load=300/s; repeatable");
  options.value("--jobs", jobs, 0, 4096, "N", "Threads to simulate with, 0: one a core; results do not depend on it");
  options.choice("--format", format, formats, "NAME", "How the result on stdout looks");
  options.flag("--quiet", quiet, "On stderr only errors");
}

void SearchOptions::tell_findings(const models::Diagnostics& diagnostics, bool refused) const {
  if (refused || (!quiet && diagnostics.warnings() > 0)) tell(models::render(diagnostics, use_color(STDERR_FILENO)));
}

int searched(const SearchOptions& options, const std::function<std::string(const models::RunOptions&)>& search,
             std::string_view unit) {
  const Interrupt interrupt;
  ProgressLine progress(!options.quiet && is_terminal(STDERR_FILENO));
  models::RunOptions run;
  run.jobs = options.jobs;
  run.on_progress = [&](const models::Progress& now) { progress.show(Step{now.deployment, now.done, now.expected, unit}); };
  run.stop_requested = [&] { return interrupt.requested(); };
  try {
    const std::string text = search(run);
    progress.clear();
    return print(text);
  } catch (const models::Interrupted&) {
    progress.clear();
    tell("forkcast: interrupted");
    return interrupted;
  }
}

}  // namespace cli
