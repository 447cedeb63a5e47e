// SPDX-License-Identifier: MIT
#include "tools/measure/campaign.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace measure {
namespace {

constexpr double telling_rate = 20.0;   // requests per second: seventy in a window
constexpr double most_of_capacity = 0.4;

}  // namespace

std::optional<models::Rate> paced_rate(models::Fraction share, const models::Configuration& what,
                                       const std::vector<models::MeasuredRun>& runs) {
  double most = 0.0;
  for (const models::MeasuredRun& run : runs) {
    const models::Configuration& other = run.what;
    const bool same = other.subject == what.subject && other.kernel == what.kernel &&
                      other.processes == what.processes && other.threads == what.threads && !other.rate && !other.cpu;
    if (same) most = std::max(most, run.throughput.per_second);
  }
  if (!(most > 0.0)) return std::nullopt;
  const double rate = std::max(share.value * most, std::min(telling_rate, most_of_capacity * most));
  const double unit = std::pow(10.0, std::floor(std::log10(rate)) - 2.0);
  return models::Rate{std::round(rate / unit) * unit};
}

CampaignResult run_campaign(const std::vector<Job>& asked, const CampaignOptions& options) {
  std::vector<Job> jobs = asked;
  const auto start = options.now();
  const auto in_time = [&] { return options.now() - start < options.budget; };
  const auto stopped = [&] { return options.stop_requested && options.stop_requested(); };
  CampaignResult result;
  CampaignProgress progress;
  for (const Job& job : jobs) progress.expected += job.once ? 1 : static_cast<std::size_t>(options.rounds);

  for (int round = 0; round < options.rounds; ++round) {
    for (Job& job : jobs) {
      if (job.once && round > 0) continue;
      if (round > 0 && !in_time()) return result;
      progress.job = job.name;
      if (options.on_progress) options.on_progress(progress);
      if (stopped()) {
        result.interrupted = true;
        return result;
      }
      if (job.paced && !job.what.rate) job.what.rate = paced_rate(*job.paced, job.what, result.runs);
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
