// SPDX-License-Identifier: MIT
#include "models/scenario/explain.hpp"

#include <algorithm>
#include <cmath>

#include "models/fields/metrics.hpp"
#include "models/fleet/day_metrics.hpp"
#include "models/fields/quantity_text.hpp"
#include "models/fields/spelling.hpp"
#include "models/fields/units.hpp"
#include "models/runtime/registry.hpp"
#include "models/scenario/tables.hpp"

namespace models {

namespace {

// Where a path has led: a place that has keys, the field that led there, and the struct that holds its
// default.
struct Step {
  const Field* field = nullptr;   // null at the top
  const Record* owner = nullptr;  // of the field
  const Record* keys = nullptr;   // null: nothing below
};

const Record& file_form() {
  static const Record record = [] {
    static const Type text = [] {
      Type type;
      type.kind = Kind::text;
      return type;
    }();
    Record made;
    Field& file = made.fields.emplace_back();
    file.name = "file";
    file.help = "Profile file, relative to the file that names it; what stands beside it varies the profile.";
    file.type = &text;
    file.example = "shop.profile.yaml";
    return made;
  }();
  return record;
}

const Record* keys_below(const Type& type) {
  return type.kind == Kind::record ? type.record : type.element ? type.element->record : nullptr;
}

// The fields that a key may mean: in `profiles` the three forms of an entry share some keys.
std::vector<Step> below(const Step& from, std::string_view key) {
  std::vector<Step> found;
  std::vector<const Record*> records{from.keys};
  if (from.field && from.field->type->kind == Kind::profiles) {
    records.push_back(&derivation_table());
    records.push_back(&file_form());
  }
  for (const Record* record : records) {
    if (!record) continue;
    if (const Field* field = record->find(key)) found.push_back({field, record, keys_below(*field->type)});
  }
  return found;
}

bool holds_names(const Step& step) {
  if (!step.field) return false;
  const Kind kind = step.field->type->kind;
  return kind == Kind::named || kind == Kind::profiles || kind == Kind::list;
}

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    segments.push_back(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return segments;
}

std::vector<std::string_view> key_names(const std::vector<Step>& steps) {
  std::vector<std::string_view> names;
  for (const Step& step : steps) {
    if (!step.keys) continue;
    for (const Field& field : step.keys->fields) names.push_back(field.name);
  }
  return names;
}

struct Trail {
  std::vector<Step> at;
  std::size_t used = 0;  // segments that led there
};

// Follows the path as far as it leads. A name of the user's choice leads on, but a misspelt key at the end
// does not.
Trail follow(const Record& top, const std::vector<std::string_view>& segments) {
  Trail trail{{{nullptr, nullptr, &top}}, 0};
  bool name_taken = false;
  for (; trail.used < segments.size(); ++trail.used) {
    const std::string_view segment = segments[trail.used];
    std::vector<Step> next;
    for (const Step& step : trail.at) {
      for (const Step& found : below(step, segment)) next.push_back(found);
    }
    if (!next.empty()) {
      trail.at = std::move(next);
      name_taken = false;
      continue;
    }
    const bool misspelt = trail.used + 1 == segments.size() && !nearest(segment, key_names(trail.at)).empty();
    if (name_taken || segment.empty() || misspelt || !holds_names(trail.at.front())) break;
    name_taken = true;
  }
  return trail;
}

std::string type_text(const Field& field) {
  const Type& type = *field.type;
  std::string text;
  if (!field.unit_of.empty()) return "a value in a unit of the " + std::string(field.unit_of);
  switch (type.kind) {
    case Kind::word: {
      text = "one of ";
      for (std::size_t i = 0; i < type.words.size(); ++i)
        text += (i ? ", " : "") + std::string(type.words[i]);
      return text;
    }
    case Kind::duration:
      text = "time";
      break;
    case Kind::bytes:
      text = "size";
      break;
    case Kind::rate:
      text = "rate";
      break;
    case Kind::cores:
      text = "cores";
      break;
    case Kind::fraction:
      text = "share";
      break;
    case Kind::money:
      text = "amount of money";
      break;
    case Kind::price:
      text = "price";
      break;
    case Kind::count:
      text = "whole number";
      break;
    case Kind::number:
      text = "number";
      break;
    case Kind::boolean:
      text = "true or false";
      break;
    case Kind::text:
      text = "text";
      break;
    case Kind::list:
      text = "list";
      break;
    case Kind::named:
    case Kind::profiles:
      text = "map by name";
      break;
    case Kind::paths:
      text = "map by path";
      break;
    case Kind::record:
      text = "map";
      break;
  }
  if (!field.zero_word.empty()) text += ", or " + std::string(field.zero_word);
  return type.measured ? text + " or range" : text;
}

std::string units_text(Kind kind) {
  if (kind == Kind::price) return "$/h, USD/h or another currency's code, /min, /s";
  if (kind == Kind::money) return "$, USD or another currency's code";
  std::string text;
  for (const Unit& unit : units(kind)) {
    if (!unit.name.empty()) text += (text.empty() ? "" : " ") + std::string(unit.name);
  }
  return text;
}

std::string default_text(const Field& field, const Record& owner) {
  if (field.required) return "none, must be given";
  if (!field.type->get || !owner.defaults) return {};
  const Scalar value = field.type->get(field.in(owner.defaults));
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* count = std::get_if<Count>(&value)) {
    return field.type->kind == Kind::word ? std::string(field.type->words[static_cast<std::size_t>(*count)])
                                          : std::to_string(*count);
  }
  if (const auto* number = std::get_if<double>(&value)) {
    return std::isinf(*number) ? "none" : format_quantity(field.type->kind, *number);
  }
  if (const auto* measured = std::get_if<Measured<double>>(&value)) {
    return format_quantity(field.type->kind, measured->value) + " (" + std::string(word(measured->basis)) +
           ")";
  }
  if (const auto* amount = std::get_if<Money>(&value)) return exact_text(*amount);
  if (const auto* text = std::get_if<std::string>(&value)) return text->empty() ? "none" : *text;
  return "none";
}

std::string range_text(const Field& field) {
  const Kind kind = field.type->kind;
  if (!field.unit_of.empty()) return {};
  const bool numeric = kind == Kind::count || kind == Kind::number || kind == Kind::duration ||
                       kind == Kind::bytes || kind == Kind::rate || kind == Kind::cores ||
                       kind == Kind::fraction;
  if (!numeric) return {};
  const Limits limits = effective_limits(field);
  const Kind shown = kind == Kind::fraction ? Kind::number : kind;
  const bool upper_is_stated = std::isfinite(field.limits.high) || kind == Kind::fraction;
  const std::string low = format_quantity(shown, limits.low);
  if (!upper_is_stated) return limits.low_excluded ? "more than " + low : low + " or more";
  return (limits.low_excluded ? "more than " + low + ", up to " : low + " to ") +
         format_quantity(shown, limits.high);
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

void append_line(std::string& text, std::string_view label, const std::string& value) {
  if (!value.empty()) text += "  " + padded(std::string(label), 11) + value + "\n";
}

std::string list_of_keys(const Record& record, std::string_view title) {
  std::size_t widest = 0;
  for (const Field& field : record.fields) widest = std::max(widest, field.name.size());
  std::string text = "  ";
  text.append(title).append("\n");
  for (const Field& field : record.fields) {
    text += "    " + padded(std::string(field.name), widest + 2) + std::string(field.help) + "\n";
  }
  return text;
}

std::string exclusions(const Record& record) {
  std::string text;
  for (const Exclusive& group : record.exclusive) {
    std::string names;
    for (const std::string_view name : group.names) names += (names.empty() ? "" : ", ") + std::string(name);
    text += std::string("  ") + (group.one_needed ? "exactly" : "at most") + " one of " + names + "\n";
  }
  return text;
}

std::string describe_field(const std::string& path, const Step& step) {
  const Field& field = *step.field;
  std::string text = path + ": " + type_text(field) + "\n  " + std::string(field.help) + "\n";
  append_line(text, "units", field.unit_of.empty() ? units_text(field.type->kind) : std::string());
  append_line(text, "default", default_text(field, *step.owner));
  append_line(text, "range", range_text(field));
  append_line(
      text, "example",
      field.example.empty() ? std::string() : std::string(field.name) + ": " + std::string(field.example));
  for (const Needs& need : field.needs) {
    append_line(text, "only with",
                std::string(need.key) + (need.values.empty() ? "" : ": " + std::string(need.values)));
  }
  if (field.type->measured) {
    append_line(text, "or",
                "{value: ..., range: low..high, basis: measured|derived|extrapolated|assumed, source: ...}");
  }
  if (field.choices) {
    text += "  one of\n";
    const std::vector<Choice> choices = field.choices();
    std::size_t widest = 0;
    for (const Choice& choice : choices) widest = std::max(widest, choice.name.size());
    for (const Choice& choice : choices) {
      text += "    " + padded(std::string(choice.name), choice.help.empty() ? 0 : widest + 2) +
              std::string(choice.help) + "\n";
    }
  }
  if (!step.keys) return text;
  if (!step.keys->shorthand.empty()) {
    append_line(text, "short", "a plain value stands for '" + std::string(step.keys->shorthand) + "'");
  }
  const bool named = field.type->kind == Kind::named || field.type->kind == Kind::profiles;
  text += exclusions(*step.keys);
  text += list_of_keys(*step.keys, named ? "keys of each entry" : "keys");
  if (field.type->kind == Kind::profiles) {
    text += list_of_keys(derivation_table(), "or, to derive it from another profile");
    text += list_of_keys(file_form(), "or, to read it from a file");
  }
  return text;
}

template <class Info>
std::string registered(const Info& entry, std::string_view what) {
  return std::string(entry.name) + ": " + std::string(what) + "\n  " + std::string(entry.help) + "\n";
}

std::optional<std::string> explain_name(std::string_view name) {
  for (const MetricInfo& metric : metric_table()) {
    if (metric.name != name) continue;
    return registered(metric, "a result") + "  in JSON and CSV as " + std::string(metric.field) + ", unit " +
           std::string(metric.unit) + "\n";
  }
  if (const CapacityMetricInfo* metric = find_capacity_metric(name)) {
    return registered(*metric, "a result of a search") + "  in the JSON as capacity." + std::string(metric->field) + ", unit " +
           std::string(metric->unit) + "\n";
  }
  if (const DayMetricInfo* metric = find_day_metric(name)) {
    return registered(*metric, "a result of a day on an autoscaler") + "  in the JSON as day.metrics." + std::string(metric->field) +
           ", unit " + std::string(metric->unit) + "\n";
  }
  for (const ServerInfo& server : servers()) {
    if (server.name == name) return registered(server, "a server, named by deployments.server");
  }
  for (const RuntimeInfo& runtime : runtimes()) {
    if (runtime.name == name) return registered(runtime, "a concurrency model, named by deployments.runtime");
  }
  return std::nullopt;
}

void collect_paths(const Record& record, const std::string& prefix, std::vector<std::string>& paths) {
  for (const Field& field : record.fields) {
    std::string path = prefix.empty() ? std::string() : prefix + ".";
    path += field.name;
    if (const Record* keys = keys_below(*field.type)) collect_paths(*keys, path, paths);
    paths.push_back(std::move(path));
  }
}

std::string_view last_segment(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

}  // namespace

std::optional<std::string> explain(std::string_view path) {
  if (path.empty()) {
    std::string text = "A scenario file.\n";
    text += list_of_keys(scenario_table(), "keys");
    return text + "\nforkcast explain KEY says more, forkcast explain KEY.KEY goes deeper.\n";
  }
  const std::vector<std::string_view> segments = split(path);
  for (const Record* top : {&scenario_table(), &profile_table(), &host_table(), &validation_table(), &prices_table()}) {
    const Trail trail = follow(*top, segments);
    if (trail.used < segments.size() || !trail.at.front().field) continue;
    std::string text;
    for (const Step& step : trail.at) {
      if (!text.empty()) text += "\n";
      text += describe_field(std::string(path), step);
    }
    return text;
  }
  return explain_name(path);
}

std::vector<std::string> suggestions(std::string_view path) {
  constexpr std::size_t most = 5;
  std::vector<std::string> found;
  const auto add = [&found](std::string text) {
    if (found.size() < most && std::find(found.begin(), found.end(), text) == found.end())
      found.push_back(std::move(text));
  };
  // The first wrong key, among its neighbours.
  const std::vector<std::string_view> segments = split(path);
  const Trail trail = follow(scenario_table(), segments);
  if (trail.used < segments.size()) {
    std::string prefix;
    for (std::size_t i = 0; i < trail.used; ++i) prefix += std::string(segments[i]) + ".";
    const std::string_view guess = nearest(segments[trail.used], key_names(trail.at));
    if (!guess.empty()) add(prefix + std::string(guess));
  }
  // The last key, anywhere.
  std::vector<std::string> paths;
  collect_paths(scenario_table(), {}, paths);
  collect_paths(host_table(), {}, paths);
  collect_paths(prices_table(), {}, paths);
  std::vector<std::string_view> last;
  last.reserve(paths.size());
  for (const std::string& known : paths) last.push_back(last_segment(known));
  const std::string_view guess = nearest(last_segment(path), last);
  for (const std::string& known : paths) {
    if (!guess.empty() && last_segment(known) == guess) add(known);
  }
  std::vector<std::string_view> names;
  for (const MetricInfo& metric : metric_table()) names.push_back(metric.name);
  for (const CapacityMetricInfo& metric : capacity_metric_table()) names.push_back(metric.name);
  for (const DayMetricInfo& metric : day_metric_table()) names.push_back(metric.name);
  for (const ServerInfo& server : servers()) names.push_back(server.name);
  for (const RuntimeInfo& runtime : runtimes()) names.push_back(runtime.name);
  if (const std::string_view name = nearest(path, names); !name.empty()) add(std::string(name));
  return found;
}

}  // namespace models
