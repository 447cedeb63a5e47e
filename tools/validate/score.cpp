// SPDX-License-Identifier: MIT
#include "tools/validate/score.hpp"

#include <algorithm>
#include <cmath>

#include "sim/stats/median.hpp"
#include "tools/validate/naive.hpp"

namespace validation {

namespace {

bool long_enough(const models::MeasuredRun& run, const models::ScoringRule& rule) {
  return run.what.window >= rule.window && run.requests >= rule.requests;
}

struct Repeats {
  std::vector<models::MeasuredRun> runs;
  std::size_t contaminated = 0;
  bool enough = false;
};

Repeats chosen(const MeasuredCase& one, const models::ScoringRule& rule, models::Count machine_cores) {
  Repeats all, quiet;
  for (const models::MeasuredRun& run : one.runs) {
    if (!long_enough(run, rule)) continue;
    all.runs.push_back(run);
    if (run.contaminated(machine_cores)) {
      ++all.contaminated;
    } else {
      quiet.runs.push_back(run);
    }
  }
  const auto enough = [&](const Repeats& some) { return some.runs.size() >= static_cast<std::size_t>(rule.repeats); };
  if (enough(quiet)) {
    quiet.enough = true;
    return quiet;
  }
  all.enough = enough(all);
  if (!all.runs.empty()) return all;
  return {one.runs, 0, false};
}

}  // namespace

std::vector<ScoredCase> score(const std::vector<MeasuredCase>& cases, const std::vector<Prediction>& predictions,
                              const Predictors& predictors, const models::ScoringRule& rule) {
  std::vector<ScoredCase> scored;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Predictor& predictor = predictors.at(cases[i].what.subject);
    const Repeats repeats = chosen(cases[i], rule, std::max(predictor.profile.host.cores, cases[i].what.cores));
    ScoredCase& one = scored.emplace_back();
    one.what = cases[i].what;
    one.repeats = repeats.runs.size();
    one.contaminated = repeats.contaminated;
    one.prediction = predictions[i];
    one.naive = naive_prediction(cases, one.what);
    std::vector<double> kills;
    for (const models::MeasuredRun& run : repeats.runs) kills.push_back(static_cast<double>(run.oom_kills));
    one.oom_kills = sim::median(kills);
    for (std::size_t metric = 0; metric < metrics; ++metric) {
      std::vector<double> values;
      for (const models::MeasuredRun& run : repeats.runs) values.push_back(values_of(run)[metric]);
      one.measured[metric] = sim::median(values);
      one.spread[metric] = test_retest_spread(values);
      one.error[metric] = one.prediction.values[metric] / one.measured[metric] - 1.0;
      one.naive_error[metric] = one.naive[metric] / one.measured[metric] - 1.0;
    }
    if (predictor.has_seen(cases[i])) {
      one.standing = Standing::fitted;
    } else if (!one.prediction.problem.empty()) {
      one.standing = Standing::unpredicted;
    } else if (!repeats.enough) {
      one.standing = Standing::too_short;
    }
  }
  return scored;
}

}  // namespace validation
