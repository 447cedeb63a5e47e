// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "models/calibration/memory_fit.hpp"
#include "models/calibration/nonnegative.hpp"
#include "models/calibration/told.hpp"
#include "sim/stats/median.hpp"

namespace models {

using Eigen::Index;

void fit_spawn(const std::vector<MeasuredRun>& runs, Profile& profile, std::vector<Identified>& parameters) {
  std::vector<const MeasuredRun*> started;
  for (const MeasuredRun& run : runs) {
    if (run.start_cpu > Duration{} && !run.what.preload && !run.what.cpu) started.push_back(&run);
  }
  if (started.empty()) return;
  Eigen::MatrixXd a(static_cast<Index>(started.size()), 2);
  Eigen::VectorXd b(a.rows());
  std::vector<double> waits;
  bool varies = false;
  for (Index i = 0; i < a.rows(); ++i) {
    const MeasuredRun& run = *started[static_cast<std::size_t>(i)];
    a.row(i) << 1.0, static_cast<double>(run.what.processes);
    b[i] = run.start_cpu.seconds;
    varies = varies || run.what.processes != started.front()->what.processes;
    if (run.what.processes == 1) waits.push_back(std::max(0.0, (run.start_time - run.start_cpu).seconds));
  }
  const std::string together = "every probe has as many processes: the master's start is in it";
  const NonNegativeSolution solved = solve_non_negative(a, b);
  const double cpu = varies ? solved.x[1] : b.mean() / static_cast<double>(started.front()->what.processes);
  profile.spawn.cpu = varies ? measured(Duration{cpu}) : untold(Duration{cpu}, together);
  note(parameters, "spawn.cpu", cpu, varies ? solved.deviation[1] : 0.0, varies ? "" : together);
  if (waits.empty()) return;
  profile.spawn.wait = measured(Duration{sim::median(waits)});
  note(parameters, "spawn.wait", profile.spawn.wait.value.seconds, 0.0);
}

}  // namespace models
