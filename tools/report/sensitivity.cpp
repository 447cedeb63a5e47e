// SPDX-License-Identifier: MIT
#include "tools/report/sensitivity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "tools/report/grid.hpp"
#include "tools/report/letters.hpp"
#include "tools/report/number.hpp"
#include "tools/report/sensitivity_data.hpp"
#include "tools/report/wrapping.hpp"

namespace report {
namespace {

using models::Answer;
using models::Effect;
using models::Influence;
using models::Input;
using models::Sensitivity;

std::string amount(const Answer& answer, double value) {
  if (answer.kind != Answer::Kind::cost) return format_value(value, answer.unit());
  return std::isfinite(value) ? fmt::format("{:.2f} {}/month", value, answer.currency.name())
                              : std::string(not_applicable);
}

std::string estimate(const Answer& answer, const Sensitivity& found) {
  if (answer.kind == Answer::Kind::cost) return amount(answer, found.mean);
  return format_estimate({found.mean, found.half_width, found.mean, found.mean}, answer.unit());
}

std::string elasticity(const Effect& effect) {
  if (std::isnan(effect.elasticity)) return std::string(not_applicable);
  // Two decimals, of small ones two digits.
  const double size = std::abs(effect.elasticity);
  const int decimals = size >= 0.1 || size == 0.0 ? 2 : std::min(6, 1 - static_cast<int>(std::floor(std::log10(size))));
  return fmt::format("{:+.{}f}±{:.{}f}", effect.elasticity, decimals, effect.half_width, decimals);
}

std::string interval(const Input& input) {
  if (!input.has_interval()) return std::string(not_applicable);
  return format_value(input.low, input.unit) + ".." + format_value(input.high, input.unit);
}

std::vector<std::string> row(const StudiedDeployment& studied, const Sensitivity& found,
                             const Effect& effect) {
  const Input& input = studied.question.inputs[effect.input];
  std::vector<std::string> cells{input.path,
                                 format_value(input.value, input.unit),
                                 std::string(basis_name(input)),
                                 elasticity(effect),
                                 interval(input),
                                 std::string(not_applicable),
                                 std::string(not_applicable)};
  if (effect.swing) {
    cells[5] = effect.swing->proven() ? format_value(effect.swing->share, "1") : "not proven";
    cells[6] =
        amount(found.answer, effect.swing->at_low) + ".." + amount(found.answer, effect.swing->at_high);
  }
  return cells;
}

constexpr std::size_t text_columns[] = {0, 2};

std::string drawn(const std::vector<std::vector<std::string>>& rows, bool markdown) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& cells : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], width(cells[i]));
  }
  std::string text;
  for (const auto& cells : rows) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const bool is_text = std::ranges::find(text_columns, i) != std::end(text_columns);
      const std::string padding(markdown ? 0 : widths[i] - width(cells[i]), ' ');
      line += markdown ? "| " : i > 0 ? "  " : "";
      line += is_text ? cells[i] + padding : padding + cells[i];
      line += markdown ? " " : "";
    }
    line += markdown ? "|" : "";
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    if (markdown && &cells == &rows.front()) {
      for (std::size_t i = 0; i < cells.size(); ++i)
        text += std::ranges::find(text_columns, i) != std::end(text_columns) ? "| :--- " : "| ---: ";
      text += "|\n";
    }
  }
  return text;
}

// "No effect is proven of a (+0.1±0.3), b (-0.2±0.5).": those of the effects, or nothing.
std::string listed(const StudiedDeployment& studied, const Sensitivity& found, Influence influence,
                   std::string_view lead) {
  std::vector<std::string> names;
  for (const Effect& effect : found.effects) {
    if (effect.influence != influence) continue;
    std::string& name = names.emplace_back(studied.question.inputs[effect.input].path);
    if (influence == Influence::not_proven && !std::isnan(effect.elasticity))
      name += fmt::format(" ({})", elasticity(effect));
  }
  return names.empty() ? std::string() : wrapped(fmt::format("{} {}.", lead, fmt::join(names, ", "))) + "\n";
}

std::string not_asked(const StudiedDeployment& studied) {
  std::vector<std::string_view> names;
  for (const Input& input : studied.question.inputs) {
    if (input.value == 0.0 && !input.has_interval()) names.push_back(input.path);
  }
  if (names.empty()) return {};
  return wrapped(fmt::format(
             "{}: zero, and nothing says how far from it they may be, so they are not varied: {}.",
             studied.question.setting.at.deployment.name, fmt::join(names, ", "))) +
         "\n";
}

std::string block(const StudiedDeployment& studied, const Sensitivity& found, bool markdown) {
  const std::string_view name = studied.question.setting.at.deployment.name;
  const std::string title =
      fmt::format("{}: {} {}", name, found.answer.name(), estimate(found.answer, found));
  std::string text = markdown ? fmt::format("## {}\n\n", title) : title + "\n";
  if (std::isnan(found.mean)) return text + "It does not apply here.\n";
  std::vector<std::vector<std::string>> rows{
      {"INPUT", "VALUE", "BASIS", "ELASTICITY", "LEFT OPEN", "SWING", upper(found.answer.name())}};
  bool swings = false;
  for (const Effect& effect : found.effects) {
    if (effect.influence != Influence::moves) continue;
    rows.push_back(row(studied, found, effect));
    swings = swings || effect.swing;
  }
  if (!swings) {
    for (auto& cells : rows) cells.resize(4);
  }
  if (rows.size() > 1) text += drawn(rows, markdown);
  if (markdown) text += "\n";
  text += listed(studied, found, Influence::not_proven, "No effect is proven of");
  text += listed(studied, found, Influence::none, "No effect at all has");
  return text + wrapped(sensitivity_reading(studied, found)) + "\n";
}

// The first of the effects, as they are ranked by the measure, that fits.
const Effect* strongest(const StudiedDeployment& studied, const Sensitivity& found,
                        const std::function<bool(const Input&)>& fits) {
  const Effect* best = nullptr;
  for (const Effect& effect : found.effects) {
    if (effect.influence != Influence::moves || std::isnan(effect.elasticity) ||
        !fits(studied.question.inputs[effect.input]))
      continue;
    if (best == nullptr || std::abs(effect.elasticity) > std::abs(best->elasticity)) best = &effect;
  }
  return best;
}

std::string change(const Input& input, const Effect& effect, std::string_view answer) {
  const std::string_view direction = effect.elasticity > 0.0 ? "higher" : "lower";
  if (!input.whole)
    return fmt::format("1 % more of it makes {} {:.2g} % {}", answer, std::abs(effect.elasticity), direction);
  const double factor = std::pow(effect.ends.above / effect.ends.below, effect.elasticity);
  return fmt::format("from {:.0f} to {:.0f} of them {} is multiplied by {:.2g}", effect.ends.below,
                     effect.ends.above, answer, factor);
}

}  // namespace

std::string sensitivity_reading(const StudiedDeployment& studied, const Sensitivity& found) {
  const std::vector<Input>& inputs = studied.question.inputs;
  const std::string_view answer = found.answer.name();
  std::vector<std::string> sentences;
  const auto swings = [](const Effect& effect) { return effect.swing && effect.swing->proven(); };
  if (!found.effects.empty() && swings(found.effects.front())) {
    const Effect& first = found.effects.front();
    sentences.push_back(
        fmt::format("Measure {} better first: what is left open of it moves {} by {}, from {} to {}.",
                    inputs[first.input].path, answer, format_value(first.swing->share, "1"),
                    amount(found.answer, first.swing->at_low), amount(found.answer, first.swing->at_high)));
  }
  const auto unstated = [](const Input& input) { return !input.given && !input.has_interval(); };
  if (const Effect* effect = strongest(studied, found, unstated)) {
    const Input& input = inputs[effect->input];
    const std::string why = input.source.empty() ? std::string() : ": " + input.source;
    sentences.push_back(fmt::format("Of the numbers without a stated interval {} matters most: {} ({}{}).",
                                    input.path, change(inputs[effect->input], *effect, answer),
                                    basis_name(input), why));
  }
  if (sentences.empty())
    sentences.push_back(
        fmt::format("Nothing that is left open of the profile is proven to move {}.", answer));
  if (const Effect* effect = strongest(studied, found, [](const Input& input) { return input.given; })) {
    sentences.push_back(fmt::format("Of what the scenario sets, {} does: {}.", inputs[effect->input].path,
                                    change(inputs[effect->input], *effect, answer)));
  }
  return fmt::format("{}", fmt::join(sentences, " "));
}

std::string sensitivity_text(std::span<const StudiedDeployment> studied, const StudyOrigin& origin,
                             std::string_view format) {
  if (format == "json") return sensitivity_json(studied, origin);
  if (format == "csv") return sensitivity_csv(studied);
  std::string text;
  for (const StudiedDeployment& one : studied) {
    for (const Sensitivity& found : one.found) {
      if (!text.empty()) text += "\n";
      text += block(one, found, format == "markdown");
    }
    const std::string rest = not_asked(one);
    if (!rest.empty()) text += "\n" + rest;
  }
  return text;
}

}  // namespace report
