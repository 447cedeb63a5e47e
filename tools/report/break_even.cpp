// SPDX-License-Identifier: MIT
#include "tools/report/break_even.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "tools/report/grid.hpp"
#include "tools/report/number.hpp"

namespace report {
namespace {

using models::BreakEven;
using models::BreakEvenPoint;
using models::Criterion;
using models::Winner;
using nlohmann::ordered_json;

std::string_view unit_of(Criterion criterion) {
  switch (criterion) {
    case Criterion::latency_mean:
    case Criterion::latency_p99: return "s";
    case Criterion::memory_mean: return "bytes";
    case Criterion::capacity:
    case Criterion::throughput: break;
  }
  return "1/s";
}

std::string_view phrase(Criterion criterion) {
  constexpr std::array<std::string_view, 5> phrases{"carries more at the SLO", "completes more", "has the lower mean latency",
                                                    "has the lower p99", "takes less memory"};
  return phrases[static_cast<std::size_t>(criterion)];
}

class Text {
 public:
  explicit Text(const BreakEvenSubject& subject) : subject_(subject) {}

  std::string name(Winner winner) const {
    if (winner == Winner::neither) return "neither";
    return winner == Winner::of ? subject_.of : subject_.against;
  }

  std::string value(double number) const { return fmt::format("{:.4g}{}", number, subject_.unit); }

  std::string sentence(const BreakEven& found) const {
    if (!found.value) {
      if (found.below == Winner::neither) {
        return fmt::format("Between {} and {} neither {}.", value(found.looked_at.front().value),
                           value(found.looked_at.back().value), phrase(subject_.criterion));
      }
      return fmt::format("Never in this range: {} {} from {} to {}.", name(found.below), phrase(subject_.criterion),
                         value(found.looked_at.front().value), value(found.looked_at.back().value));
    }
    std::string text = fmt::format("Break-even at {} ({} to {}): below it {} {}, above it {}.", value(*found.value),
                                   value(found.low), value(found.high), name(found.below), phrase(subject_.criterion),
                                   name(found.above));
    if (!found.precise) text += " The interval is wider than was asked.";
    if (found.changes > 1) text += " The winner changes again further on.";
    return text;
  }

  std::string table(const BreakEven& found) const {
    const std::vector<std::string> titles{subject_.path, subject_.of, subject_.against, "WINNER"};
    std::vector<std::vector<std::string>> rows{titles};
    const std::string_view unit = unit_of(subject_.criterion);
    for (const BreakEvenPoint& point : found.looked_at) {
      rows.push_back({value(point.value), format_value(point.of, unit), format_value(point.against, unit), name(point.winner)});
    }
    std::array<std::size_t, 4> widths{};
    for (const auto& row : rows) {
      for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
    }
    std::string text;
    for (const auto& row : rows) {
      for (std::size_t i = 0; i < 3; ++i) text += std::string(widths[i] - width(row[i]), ' ') + row[i] + "  ";
      text += row[3] + "\n";
    }
    return text;
  }

 private:
  const BreakEvenSubject& subject_;
};

ordered_json number(double value) { return std::isfinite(value) ? ordered_json(value) : ordered_json(); }

std::string json(const BreakEvenSubject& subject, std::span<const BreakEven> ends) {
  const Text text(subject);
  ordered_json results = ordered_json::array();
  for (const BreakEven& found : ends) {
    ordered_json points = ordered_json::array();
    for (const BreakEvenPoint& point : found.looked_at) {
      points.push_back({{"value", number(point.value)},
                        {"of", number(point.of)},
                        {"against", number(point.against)},
                        {"winner", models::word(point.winner)}});
    }
    results.push_back({{"value", found.value ? number(*found.value) : ordered_json()},
                       {"low", found.value ? number(found.low) : ordered_json()},
                       {"high", found.value ? number(found.high) : ordered_json()},
                       {"precise", found.precise},
                       {"winner_below", models::word(found.below)},
                       {"winner_above", models::word(found.above)},
                       {"changes", found.changes},
                       {"looked_at", std::move(points)},
                       {"reading", text.sentence(found)},
                       {"replications", found.replications}});
  }
  const ordered_json all{{"path", subject.path}, {"unit", subject.unit}, {"of", subject.of}, {"against", subject.against},
                         {"metric", models::word(subject.criterion)}, {"results", std::move(results)}};
  return all.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string break_even_text(const BreakEvenSubject& subject, std::span<const BreakEven> ends, std::string_view format) {
  if (format == "json") return json(subject, ends);
  const Text text(subject);
  std::string all;
  for (const BreakEven& found : ends) {
    if (ends.size() > 1) all += &found == ends.data() ? "With every range at its favourable end:\n" : "\nAt the other end:\n";
    all += text.table(found) + "\n" + text.sentence(found) + "\n";
  }
  return all;
}

}  // namespace report
