// SPDX-License-Identifier: MIT
#include "models/sensitivity/question.hpp"

#include <utility>

#include "models/capacity/capacity.hpp"
#include "models/capacity/load_axis.hpp"
#include "models/capacity/replications.hpp"

namespace models {
namespace {

Window window_for(const Scenario& scenario, const TrialParameters& at) {
  Window window = scenario.run.warm_up && scenario.run.duration ? Window{} : choose_window(at, {});
  window.warm_up = scenario.run.warm_up.value_or(window.warm_up);
  window.length = scenario.run.duration.value_or(window.length);
  return window;
}

bool starts_workers(const SensitivityQuestion& question, const RunOptions& options) {
  if (question.setting.at.deployment.max_requests > 0) return true;
  const Replication once{&question.setting.at, question.window, 0};
  return replicate({&once, 1}, options).front()[static_cast<std::size_t>(Metric::oom_kills)] > 0.0;
}

}  // namespace

SensitivityQuestion question_of(const Scenario& scenario, Setting setting, const RunOptions& options) {
  SensitivityQuestion question;
  const Profile profile = setting.at.profile;
  question.setting = std::move(setting);
  question.setting.at.profile = at_middle(profile);
  question.window = window_for(scenario, question.setting.at);
  question.slo = scenario.service.slo;
  question.sized = scenario.replicas == 0;
  question.inputs = inputs_of(question.setting.at, profile, starts_workers(question, options));
  if (scenario.run.replications) question.replications = static_cast<std::size_t>(*scenario.run.replications);
  return question;
}

std::optional<Answer> capacity_answer(const SensitivityQuestion& question) {
  const Load& load = question.setting.at.service.load;
  if (!has_capacity(load, question.slo)) return std::nullopt;
  return Answer::of_capacity(axis_of(load));
}

std::optional<Answer> cost_answer(const SensitivityQuestion& question) {
  if (!question.sized) return std::nullopt;
  const std::optional<Priced>& found = question.setting.found;
  const Quote* quote = found && found->bill ? found->bill->best() : nullptr;
  if (quote == nullptr || !quote->per_month || quote->replicas < 1 || !question.setting.at.service.load.open)
    return std::nullopt;
  if (!has_capacity(question.setting.at.service.load, question.slo)) return std::nullopt;
  const double month =
      static_cast<double>(quote->per_month->billionths()) / static_cast<double>(Money::billionths_of_one);
  // The load of the question is that of the fullest node.
  return Answer::of_cost(quote->per_month->currency(), month / static_cast<double>(quote->replicas) * found->of_service);
}

std::vector<Answer> usual_answers(const SensitivityQuestion& question) {
  if (question.setting.at.service.load.tasks) return {Answer::of(Metric::makespan)};
  std::vector<Answer> answers{Answer::of(Metric::latency_p99), Answer::of(Metric::throughput)};
  if (const std::optional<Answer> cost = cost_answer(question)) answers.push_back(*cost);
  return answers;
}

}  // namespace models
