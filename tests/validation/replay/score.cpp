// SPDX-License-Identifier: MIT
#include "tests/validation/replay/score.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "tests/validation/replay/naive.hpp"

namespace validation {

namespace {

double median(std::vector<double> values) {
  if (values.empty()) return std::nan("");
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2.0;
}

Errors spread_of(const std::vector<RecordedRun>& runs, const Case& what) {
  Errors spread{};
  for (std::size_t metric = 0; metric < metrics; ++metric) {
    double low = INFINITY;
    double high = 0.0;
    for (const RecordedRun& run : runs) {
      if (run.what != what) continue;
      low = std::min(low, run.measured[metric]);
      high = std::max(high, run.measured[metric]);
    }
    spread[metric] = (high - low) / ((high + low) / 2.0);
  }
  return spread;
}

Summary summary_of(const std::string& group, const std::vector<Scored>& scored,
                   const std::function<bool(const Scored&)>& belongs) {
  Summary summary;
  summary.group = group;
  summary.runs = static_cast<std::size_t>(std::count_if(scored.begin(), scored.end(), belongs));
  for (std::size_t metric = 0; metric < metrics; ++metric) {
    std::vector<double> own, naive, spread;
    for (const Scored& one : scored) {
      if (!belongs(one)) continue;
      own.push_back(std::abs(one.signed_error[metric]));
      spread.push_back(one.spread[metric]);
      if (one.naive) naive.push_back((*one.naive)[metric]);
    }
    summary.median[metric] = median(own);
    summary.worst[metric] = own.empty() ? std::nan("") : *std::max_element(own.begin(), own.end());
    summary.naive_median[metric] = median(naive);
    summary.spread_median[metric] = median(spread);
  }
  return summary;
}

}  // namespace

std::vector<Scored> score(const std::vector<RecordedRun>& runs, const std::vector<Prediction>& predictions,
                          const std::map<std::string, Subject>& subjects) {
  std::vector<Scored> scored;
  for (const RecordedRun& run : runs) {
    if (subjects.at(run.what.python).fitted_from(run.index)) continue;
    const auto prediction = std::find_if(predictions.begin(), predictions.end(),
                                         [&](const Prediction& one) { return one.what == run.what; });
    if (prediction == predictions.end()) continue;
    Scored one;
    one.run = run;
    one.predicted = prediction->mean;
    one.spread = spread_of(runs, run.what);
    const auto naive = naive_prediction(runs, run);
    if (naive) one.naive.emplace();
    for (std::size_t metric = 0; metric < metrics; ++metric) {
      one.signed_error[metric] = prediction->mean[metric] / run.measured[metric] - 1.0;
      if (naive) (*one.naive)[metric] = std::abs((*naive)[metric] / run.measured[metric] - 1.0);
    }
    scored.push_back(std::move(one));
  }
  return scored;
}

const PredictedMode& nearest_mode(const Prediction& prediction, const RecordedRun& run) {
  return *std::min_element(prediction.modes.begin(), prediction.modes.end(), [&](const auto& a, const auto& b) {
    return std::abs(a.values.throughput - run.measured.throughput) < std::abs(b.values.throughput - run.measured.throughput);
  });
}

std::vector<Summary> summarize(const std::vector<Scored>& scored) {
  const auto clean = [](const Scored& one) { return !one.run.contaminated(); };
  const auto json = [](const Scored& one) { return one.run.what.kernel == "json"; };
  return {
      summary_of("all", scored, [](const Scored&) { return true; }),
      summary_of("uncontaminated", scored, clean),
      summary_of("uncontaminated json", scored, [&](const Scored& one) { return clean(one) && json(one); }),
      summary_of("uncontaminated wait", scored, [&](const Scored& one) { return clean(one) && !json(one); }),
  };
}

std::vector<Ranking> rankings(const std::vector<RecordedRun>& runs, const std::vector<Prediction>& predictions, double tie) {
  struct Candidate {
    std::string label;
    double measured = 0.0;
    double predicted = 0.0;
  };
  std::map<std::string, std::vector<Candidate>> groups;
  for (const Prediction& prediction : predictions) {
    const Case& what = prediction.what;
    if (what.rate || what.connections != 8) continue;
    Candidate candidate{what.label(), 0.0, prediction.mean.throughput};
    double count = 0.0;
    for (const RecordedRun& run : runs) {
      if (run.what != what) continue;
      candidate.measured += run.measured.throughput;
      count += 1.0;
    }
    candidate.measured /= count;
    groups[what.python + " " + what.kernel + (what.quota ? " quota" : "")].push_back(candidate);
  }
  std::vector<Ranking> found;
  for (const auto& [group, candidates] : groups) {
    const auto measured = std::max_element(candidates.begin(), candidates.end(),
                                           [](const auto& a, const auto& b) { return a.measured < b.measured; });
    const auto predicted = std::max_element(candidates.begin(), candidates.end(),
                                            [](const auto& a, const auto& b) { return a.predicted < b.predicted; });
    found.push_back({group, measured->label, predicted->label,
                     measured->predicted >= predicted->predicted * (1.0 - tie)});
  }
  return found;
}

}  // namespace validation
