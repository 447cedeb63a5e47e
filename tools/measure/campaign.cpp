// SPDX-License-Identifier: MIT
#include "tools/measure/campaign.hpp"

#include <utility>

namespace measure {

CampaignResult run_campaign(const std::vector<Job>& jobs, const CampaignOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const auto in_time = [&] { return std::chrono::steady_clock::now() - start < options.budget; };
  const auto stopped = [&] { return options.stop_requested && options.stop_requested(); };
  CampaignResult result;
  CampaignProgress progress;
  progress.expected = jobs.size() * static_cast<std::size_t>(options.rounds);

  for (int round = 0; round < options.rounds && (round == 0 || in_time()); ++round) {
    for (const Job& job : jobs) {
      progress.job = job.name;
      if (options.on_progress) options.on_progress(progress);
      if (stopped()) {
        result.interrupted = true;
        return result;
      }
      models::MeasuredRun best = options.measure(job);
      for (int retry = 0; retry < options.retries && best.contaminated(options.machine_cores); ++retry) {
        if (!in_time() || stopped()) break;
        progress.repeated = ++result.repeated;
        if (options.on_progress) options.on_progress(progress);
        models::MeasuredRun again = options.measure(job);
        if (again.other < best.other) best = std::move(again);
      }
      if (best.contaminated(options.machine_cores)) ++result.contaminated;
      if (options.on_run) options.on_run(best);
      result.runs.push_back(std::move(best));
      ++progress.done;
    }
    ++result.rounds;
  }
  return result;
}

}  // namespace measure
