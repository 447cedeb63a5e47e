// SPDX-License-Identifier: MIT
#include "tools/report/sensitivity_data.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tools/report/csv_text.hpp"
#include "tools/report/json_text.hpp"

namespace report {
namespace {

using models::Effect;
using models::Influence;
using models::Input;
using models::Sensitivity;
using nlohmann::ordered_json;

ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json();
}

ordered_json effect_json(const Input& input, const Effect& effect) {
  ordered_json swing;
  if (effect.swing) {
    swing = {{"share", number(effect.swing->share)},
             {"half_width", number(effect.swing->half_width)},
             {"answer_at_low", number(effect.swing->at_low)},
             {"answer_at_high", number(effect.swing->at_high)}};
  }
  return {{"input", input.path},
          {"value", number(input.value)},
          {"unit", input.unit},
          {"basis", basis_name(input)},
          {"source", input.source},
          {"interval",
           input.has_interval() ? ordered_json{number(input.low), number(input.high)} : ordered_json()},
          {"influence", models::word(effect.influence)},
          {"elasticity", number(effect.elasticity)},
          {"half_width", number(effect.half_width)},
          {"swing", std::move(swing)}};
}

ordered_json answer_json(const StudiedDeployment& studied, const Sensitivity& found) {
  ordered_json inputs = ordered_json::array();
  for (const Effect& effect : found.effects)
    inputs.push_back(effect_json(studied.question.inputs[effect.input], effect));
  return {{"answer", found.answer.field()},
          {"mean", number(found.mean)},
          {"half_width", number(found.half_width)},
          {"reading", sensitivity_reading(studied, found)},
          {"inputs", std::move(inputs)}};
}

ordered_json object(ordered_json properties) {
  ordered_json required = ordered_json::array();
  for (const auto& [name, unused] : properties.items()) required.push_back(name);
  return {{"type", "object"}, {"required", std::move(required)}, {"properties", std::move(properties)}};
}

ordered_json plain(std::string_view type, std::string_view help = {}) {
  ordered_json result{{"type", type}};
  if (!help.empty()) result["description"] = help;
  return result;
}

ordered_json nullable(std::string_view help) {
  return {{"type", {"number", "null"}}, {"description", help}};
}

ordered_json list_of(ordered_json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

}  // namespace

std::string_view basis_name(const Input& input) {
  return input.given ? "given" : models::word(input.basis);
}

std::string sensitivity_csv(std::span<const StudiedDeployment> studied) {
  std::string text =
      "deployment,answer,mean,mean_half_width,rank,input,value,unit,basis,interval_low,interval_high,"
      "influence,elasticity,"
      "elasticity_half_width,swing,swing_half_width,answer_at_low,answer_at_high\r\n";
  for (const StudiedDeployment& one : studied) {
    for (const Sensitivity& found : one.found) {
      std::size_t rank = 0;
      for (const Effect& effect : found.effects) {
        const Input& input = one.question.inputs[effect.input];
        const bool open = input.has_interval();
        const models::Swing swing = effect.swing.value_or(models::Swing{});
        text += fmt::format(
            "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\r\n",
            csv_quoted(one.question.setting.at.deployment.name), found.answer.field(), csv_number(found.mean),
            csv_number(found.half_width), ++rank, csv_quoted(input.path), csv_number(input.value), input.unit,
            basis_name(input), open ? csv_number(input.low) : "", open ? csv_number(input.high) : "",
            models::word(effect.influence), csv_number(effect.elasticity), csv_number(effect.half_width),
            effect.swing ? csv_number(swing.share) : "", effect.swing ? csv_number(swing.half_width) : "",
            effect.swing ? csv_number(swing.at_low) : "", effect.swing ? csv_number(swing.at_high) : "");
      }
    }
  }
  return text;
}

std::string sensitivity_json(std::span<const StudiedDeployment> studied, const StudyOrigin& origin) {
  ordered_json deployments = ordered_json::array();
  for (const StudiedDeployment& one : studied) {
    ordered_json answers = ordered_json::array();
    for (const Sensitivity& found : one.found) answers.push_back(answer_json(one, found));
    deployments.push_back({{"deployment", one.question.setting.at.deployment.name},
                           {"seed", one.question.setting.at.seed},
                           {"step", one.question.step},
                           {"replications", one.question.replications},
                           {"warm_up_s", one.question.window.warm_up.seconds},
                           {"duration_s", one.question.window.length.seconds},
                           {"answers", std::move(answers)}});
  }
  const ordered_json all{{"format_version", "1.0"},
                         {"context", {{"version", origin.version}, {"command_line", origin.command_line}}},
                         {"scenario_file", origin.file},
                         {"scenario_hash", origin.hash},
                         {"deployments", std::move(deployments)}};
  return json_text(all, 2) + "\n";
}

std::string sensitivity_schema() {
  ordered_json influences = ordered_json::array();
  for (const std::string_view one : models::words(Influence{})) influences.push_back(one);
  ordered_json bases{"given"};
  for (const std::string_view one : models::words(models::Basis{})) bases.push_back(one);
  const ordered_json swing =
      object({{"share", nullable("|answer at high - answer at low| over the answer.")},
              {"half_width", nullable("Of the share.")},
              {"answer_at_low", nullable("Mean answer at the low end of the interval.")},
              {"answer_at_high", nullable("At its high end.")}});
  ordered_json interval = list_of(plain("number"));
  interval["type"] = {"array", "null"};
  interval["minItems"] = interval["maxItems"] = 2;
  interval["description"] = "What a range or the measurement leaves open; null: nothing is stated.";
  const ordered_json input = object(
      {{"input", plain("string", "Path of the number in the profile, or of the scenario's.")},
       {"value", nullable("SI.")},
       {"unit", plain("string", "s, bytes, 1/s, cores, 1 (a share) or count.")},
       {"basis", {{"enum", std::move(bases)}, {"description", "given: written in the scenario."}}},
       {"source", plain("string")},
       {"interval", std::move(interval)},
       {"influence",
        {{"enum", std::move(influences)}, {"description", "none: the same answer in every replication."}}},
       {"elasticity", nullable("d ln(answer) / d ln(input); null: the input or the answer is zero.")},
       {"half_width", nullable("Of the elasticity; all intervals of an answer hold together with 95 %.")},
       {"swing", {{"oneOf", {{{"type", "null"}}, swing}}}}});
  const ordered_json answer =
      object({{"answer", plain("string", "latency_p99_s, capacity_per_s, cost_usd_per_month, ...")},
              {"mean", nullable("At the inputs as they are; null: it does not apply.")},
              {"half_width", nullable("Of its 95 % interval.")},
              {"reading", plain("string")},
              {"inputs", list_of(input)}});
  const ordered_json deployment = object({{"deployment", plain("string")},
                                          {"seed", plain("integer")},
                                          {"step", plain("number")},
                                          {"replications", plain("integer")},
                                          {"warm_up_s", plain("number")},
                                          {"duration_s", plain("number")},
                                          {"answers", list_of(answer)}});
  ordered_json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                      {"title", "forkcast sensitivity"}};
  schema.update(
      object({{"format_version", plain("string")},
              {"context", object({{"version", plain("string")}, {"command_line", plain("string")}})},
              {"scenario_file", plain("string")},
              {"scenario_hash", plain("string")},
              {"deployments", list_of(deployment)}}));
  return schema.dump(1) + "\n";
}

}  // namespace report
