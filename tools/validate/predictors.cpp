// SPDX-License-Identifier: MIT
#include "tools/validate/predictors.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "models/scenario/reader.hpp"
#include "tools/measure/run_record.hpp"

namespace validation {

std::vector<models::Configuration> fitted_configurations(const models::Profile& profile, const std::string& file) {
  namespace fs = std::filesystem;
  std::vector<models::Configuration> found;
  const auto& ids = profile.provenance.fitted_from;
  if (profile.provenance.data.empty() || ids.empty()) return found;
  std::error_code none;
  for (fs::path folder = fs::absolute(file, none).parent_path();; folder = folder.parent_path()) {
    const fs::path data = folder / profile.provenance.data;
    if (fs::is_regular_file(data, none)) {
      for (const models::MeasuredRun& run : measure::read_runs(data.string()).runs) {
        if (std::find(ids.begin(), ids.end(), run.id) != ids.end()) found.push_back(run.what);
      }
      return found;
    }
    if (folder == folder.parent_path()) return found;
  }
}

std::optional<Predictors> read_predictors(const models::ValidationPlan& plan,
                                          const std::map<std::string, std::string>& profiles,
                                          models::Diagnostics& diagnostics) {
  Predictors predictors;
  bool complete = true;
  for (const models::ValidationSubject& subject : plan.subjects) {
    const auto given = profiles.find(subject.name);
    const std::string& file = given == profiles.end() ? subject.profile : given->second;
    if (file.empty()) {
      throw std::runtime_error("no profile predicts '" + subject.name + "': add 'profile:' to the plan or --profile " +
                               subject.name + "=FILE");
    }
    std::optional<models::Profile> profile = models::read_profile(file, diagnostics);
    complete = complete && profile;
    if (!profile) continue;
    Predictor predictor{std::move(*profile), subject.server, {}};
    predictor.fitted = fitted_configurations(predictor.profile, file);
    predictors.emplace(subject.name, std::move(predictor));
  }
  return complete ? std::optional(std::move(predictors)) : std::nullopt;
}

}  // namespace validation
