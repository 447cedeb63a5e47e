// SPDX-License-Identifier: MIT
#include "models/scenario/swept_scenario.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <variant>

#include "models/fields/quantity_text.hpp"
#include "models/fields/spelling.hpp"
#include "models/fields/units.hpp"
#include "models/scenario/layers.hpp"
#include "models/scenario/tables.hpp"
#include "models/scenario/tree_reader.hpp"
#include "models/scenario/value_reader.hpp"

namespace models {
namespace {

constexpr std::size_t most_axes = 100;

Place within(const Place& place, std::size_t offset, std::size_t length) {
  Place part = place;
  part.column += static_cast<int>(offset);
  part.length = static_cast<int>(length);
  return part;
}

void move_to(YamlNode& node, const Place& place) {
  node.place = place;
  for (YamlNode& child : node.children) {
    child.key_place = place;
    move_to(child, place);
  }
}

// The kind of parameter at the end of a path; text where the field tables do not lead.
Kind kind_at(const YamlNode& root, const std::string& path) {
  const Type* type = &scenario_type();
  for (const PathKey& key : keys_of(root, path)) {
    const Type* next = child_type(type, key.name);
    if (!next && type->record == profile_type().record) {
      const Field* derived = derivation_table().find(key.name);
      next = derived ? derived->type : nullptr;
    }
    if (!next) return Kind::text;
    type = next;
  }
  while (type->kind == Kind::record && !type->record->shorthand.empty())
    type = type->record->find(type->record->shorthand)->type;
  return type->kind;
}

// Why no constraint may ask for the values of an axis; empty: it may.
std::string not_compared(const Axis& axis) {
  if (!is_numeric(axis.kind)) return in_quotes(axis.path) + " has no numbers to compare";
  if (axis.values.is_range()) return {};
  for (std::size_t i = 0; i < axis.values.size(); ++i) {
    const std::string text = axis.values.at(i);
    if (std::isnan(axis.number(text)))
      return in_quotes(axis.path) + " has the value " + in_quotes(text) + ", which is no number to compare";
  }
  return {};
}

}  // namespace

class SweepReader {
 public:
  SweepReader(SweptScenario& made, Diagnostics& diagnostics) : made_(made), diagnostics_(diagnostics) {}

  void add(const SweepOptions& options) {
    for (const std::string& text : options.grid) add_axis("--sweep", "grid", "zip", text);
    for (const std::string& text : options.zip) add_axis("--zip", "zip", "grid", text);
    for (const std::string& text : options.where) {
      if (!clean_text("--where", text, diagnostics_)) continue;
      YamlNode item = scalar(made_.sources_->add(Source("--where", text)).place(0, text.size()), text);
      YamlNode& where = child_of(block(), "where", YamlNode::Shape::list);
      if (where.key_place.source == nullptr) where.key_place = where.place = item.place;
      where.children.push_back(std::move(item));
    }
  }

  void read() {
    const std::size_t errors_before = diagnostics_.errors();
    read_axes("grid", false);
    read_axes("zip", true);
    if (diagnostics_.errors() > errors_before) return;
    if (design_.axes.empty()) {
      const YamlNode* found = made_.root_.find("sweep");
      diagnostics_.error(found ? found->key_place : made_.root_.place, "no parameter is varied",
                         "write for example --sweep service.load=100..500/s by 100/s, or a `sweep` block",
                         "sweep.grid");
      return;
    }
    read_constraints();
    design_.seed = made_.base_.run.seed;
    if (made_.base_.sweep.samples) {
      design_.samples = static_cast<std::size_t>(*made_.base_.sweep.samples);
      if (const YamlNode* zip = node_at(made_.root_, {"sweep", "zip"}); zip && !zip->children.empty()) {
        diagnostics_.error(zip->key_place, "'zip' and 'samples' exclude each other", "sample a grid",
                           "sweep.samples");
      }
    }
    if (diagnostics_.errors() > errors_before) return;
    finish();
  }

 private:
  static YamlNode scalar(const Place& place, std::string text) {
    YamlNode node;
    node.shape = YamlNode::Shape::scalar;
    node.scalar = std::move(text);
    node.key_place = node.place = place;
    return node;
  }

  YamlNode& child_of(YamlNode& map, std::string_view key, YamlNode::Shape shape) {
    if (YamlNode* found = map.find(key); found && found->shape != YamlNode::Shape::empty) return *found;
    std::erase_if(map.children, [&](const YamlNode& child) { return child.key == key; });
    YamlNode& made = map.children.emplace_back();
    made.shape = shape;
    made.key = key;
    return made;
  }

  YamlNode& block() { return child_of(made_.root_, "sweep", YamlNode::Shape::map); }

  void add_axis(std::string_view option, std::string_view part, std::string_view other,
                const std::string& text) {
    if (!clean_text(std::string(option), text, diagnostics_)) return;
    const Source& source = made_.sources_->add(Source(std::string(option), text));
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || text.find('\n') != std::string::npos) {
      diagnostics_.error(source.place(0, text.size()), "an axis must be written as path=values on one line",
                         "for example deployments.api.threads=1,2,4");
      return;
    }
    YamlNode axis = scalar(source.place(equals + 1, text.size() - equals - 1), text.substr(equals + 1));
    axis.key = text.substr(0, equals);
    axis.key_place = source.place(0, equals);
    const auto same_path = [&](const YamlNode& child) { return child.key == axis.key; };
    if (YamlNode* rival = block().find(other)) std::erase_if(rival->children, same_path);
    YamlNode& axes = child_of(block(), part, YamlNode::Shape::map);
    for (YamlNode* node : {&block(), &axes}) {
      if (node->key_place.source == nullptr) node->key_place = node->place = axis.key_place;
    }
    const auto earlier = std::ranges::find_if(axes.children, same_path);
    if (earlier == axes.children.end()) {
      axes.children.push_back(std::move(axis));
    } else if (earlier->place.source->name() == option) {
      diagnostics_.error(axis.key_place, in_quotes(axis.key) + " is varied twice",
                         "list all its values at once");
    } else {
      *earlier = std::move(axis);
    }
  }

  void read_axes(std::string_view part, bool zipped) {
    const YamlNode* block = made_.root_.find("sweep");
    const YamlNode* axes = block ? block->find(part) : nullptr;
    if (!axes) return;
    if (axes->shape != YamlNode::Shape::map) {
      diagnostics_.error(axes->value_place(), in_quotes(part) + " must be a map from paths to their values",
                         "for example {deployments.api.threads: log 1..64}", "sweep." + std::string(part));
      return;
    }
    for (const YamlNode& node : axes->children) read_axis(node, zipped);
  }

  void read_axis(const YamlNode& node, bool zipped) {
    const auto same_path = [&](const Axis& axis) { return axis.path == node.key; };
    if (std::ranges::any_of(design_.axes, same_path)) {
      diagnostics_.error(node.key_place, in_quotes(node.key) + " is in 'grid' and in 'zip'",
                         "keep one of them");
      return;
    }
    if (design_.axes.size() == most_axes) {
      diagnostics_.error(node.key_place, "more than " + std::to_string(most_axes) + " parameters are varied");
      return;
    }
    SweptScenario::Written written{node.key_place, {}};
    std::optional<AxisValues> values =
        node.shape == YamlNode::Shape::list ? list_of(node, written) : range_of(node, written);
    if (!values) return;
    Axis axis{node.key, std::move(*values), kind_at(made_.root_, node.key), zipped};
    const auto first = std::ranges::find_if(design_.axes, &Axis::zipped);
    if (zipped && first != design_.axes.end() && first->values.size() != axis.values.size()) {
      diagnostics_.error(node.value_place(),
                         in_quotes(axis.path) + " has " + std::to_string(axis.values.size()) +
                             " values, but " + in_quotes(first->path) + " has " +
                             std::to_string(first->values.size()),
                         "parameters that advance together need equally many", "sweep.zip");
    }
    design_.axes.push_back(std::move(axis));
    made_.written_.push_back(std::move(written));
  }

  std::optional<AxisValues> list_of(const YamlNode& node, SweptScenario::Written& written) {
    std::vector<std::string> texts;
    for (const YamlNode& item : node.children) {
      if (item.shape != YamlNode::Shape::scalar) {
        diagnostics_.error(item.value_place(),
                           "a value of an axis must be plain, not " + std::string(shape_name(item)),
                           "write the path of each part, or the value in quotes");
        return std::nullopt;
      }
      if (std::ranges::find(texts, item.scalar) != texts.end()) {
        diagnostics_.error(item.place, in_quotes(item.scalar) + " is there twice");
        return std::nullopt;
      }
      texts.push_back(item.scalar);
      written.values.push_back(item.place);
    }
    if (texts.empty()) {
      diagnostics_.error(node.place, in_quotes(node.key) + " has no values");
      return std::nullopt;
    }
    return AxisValues(std::move(texts));
  }

  std::optional<AxisValues> range_of(const YamlNode& node, SweptScenario::Written& written) {
    if (node.shape != YamlNode::Shape::scalar) {
      diagnostics_.error(node.value_place(), in_quotes(node.key) + " must be a list or a range of values",
                         "write [1, 2, 4], 1..16, 10ms..40ms by 10ms or log 1..64");
      return std::nullopt;
    }
    written.values.push_back(node.place);
    auto parsed = AxisValues::parse(node.scalar);
    if (const auto* error = std::get_if<TextError>(&parsed)) {
      report(node, *error);
      return std::nullopt;
    }
    return std::get<AxisValues>(std::move(parsed));
  }

  void read_constraints() {
    const YamlNode* list = node_at(made_.root_, {"sweep", "where"});
    if (!list) return;
    std::vector<std::string> paths;
    for (const Axis& axis : design_.axes) paths.push_back(axis.path);
    for (const YamlNode& item : list->children) {
      auto parsed = Constraint::parse(item.scalar, paths);
      if (const auto* error = std::get_if<TextError>(&parsed)) {
        report(item, *error);
        continue;
      }
      Constraint constraint = std::get<Constraint>(std::move(parsed));
      for (const Constraint::Use& use : constraint.uses()) {
        if (const std::string problem = not_compared(design_.axes[use.axis]); !problem.empty())
          report(item, {use.offset, use.length, problem, {}});
      }
      made_.where_.push_back(item.scalar);
      design_.where.push_back(std::move(constraint));
    }
  }

  void finish() {
    const std::size_t candidates = Points::candidates(design_);
    const Place place = made_.written_.front().path;
    if (candidates > Points::most) {
      diagnostics_.error(place, "the design has more than 10,000,000 points",
                         "take fewer values, larger steps or `samples`", "sweep.samples");
      return;
    }
    made_.points_.emplace(std::move(design_));
    if (made_.points_->size() == 0) {
      diagnostics_.error(place, "no point of the design keeps its constraints", {}, "sweep.where");
    }
  }

  void report(const YamlNode& node, const TextError& error) {
    diagnostics_.error(within(node.place, error.offset + (node.quoted ? 1 : 0), error.length), error.problem,
                       error.remedy);
  }

  SweptScenario& made_;
  Diagnostics& diagnostics_;
  Design design_;
};

std::optional<SweptScenario> SweptScenario::read(const std::string& file, const SweepOptions& options,
                                                 Diagnostics& diagnostics) {
  auto sources = std::make_unique<Sources>();
  std::optional<YamlNode> root = sources->load(file, nullptr, diagnostics);
  if (!root) return std::nullopt;
  return from_tree(file, std::move(*root), std::move(sources), options, diagnostics);
}

std::optional<SweptScenario> SweptScenario::from_tree(const std::string& file, YamlNode root,
                                                      std::unique_ptr<Sources> sources,
                                                      const SweepOptions& options, Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  if (!apply_base(root, *sources, diagnostics)) return std::nullopt;
  for (const std::string& setting : options.settings) apply_setting(root, setting, *sources, diagnostics);
  SweptScenario made;
  made.sources_ = std::move(sources);
  made.root_ = std::move(root);
  SweepReader reader(made, diagnostics);
  reader.add(options);
  std::optional<Scenario> base = scenario_from_tree(file, made.root_, *made.sources_, diagnostics);
  if (base) {
    made.base_ = std::move(*base);
    reader.read();
  }
  if (diagnostics.errors() > errors_before) return std::nullopt;
  return made;
}

bool SweptScenario::check(Diagnostics& diagnostics, const std::function<void(const Scenario&)>& seen) const {
  constexpr std::size_t most_checked = 1'000;
  for (const std::size_t point : points_->samples_of_values(most_checked)) {
    const std::vector<std::string> values = points_->at(point);
    const std::optional<Scenario> one = with(values, diagnostics);
    if (!one) {
      // Each value may be right with others.
      if (values.size() > 1) {
        diagnostics.error(written_.front().path,
                          "point " + std::to_string(point + 1) + " is refused: " + named(values),
                          "leave such points out with `where`", "sweep.where");
      }
      return false;
    }
    if (seen) seen(*one);
  }
  return true;
}

std::string SweptScenario::named(std::span<const std::string> values) const {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i)
    text += (i > 0 ? ", " : "") + points_->axes()[i].path + "=" + values[i];
  return text;
}

std::optional<Scenario> SweptScenario::with(std::span<const std::string> values,
                                            Diagnostics& diagnostics) const {
  const std::size_t errors_before = diagnostics.errors();
  Sources sources(sources_.get());
  YamlNode root = root_;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Axis& axis = points_->axes()[i];
    const Written& written = written_[i];
    Place place = written.values.front();
    for (std::size_t value = 1; value < written.values.size(); ++value) {
      if (axis.values.at(value) == values[i]) place = written.values[value];
    }
    Diagnostics unread;
    std::optional<YamlNode> node = parse_yaml(sources.add(Source(place.source->name(), values[i])), unread);
    if (unread.has_errors()) {
      const Diagnostic why = unread.sorted().front();
      diagnostics.error(place, in_quotes(values[i]) + " cannot be read: " + why.summary, why.help);
    }
    if (!node) return std::nullopt;
    move_to(*node, place);
    lay_at(
        root, axis.path,
        [&](std::size_t offset, std::size_t length) { return within(written.path, offset, length); },
        std::move(*node), diagnostics);
  }
  std::optional<Scenario> scenario = scenario_from_tree(base_.file, root, sources, diagnostics);
  if (diagnostics.errors() > errors_before) return std::nullopt;
  return scenario;
}

}  // namespace models
