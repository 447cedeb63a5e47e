// SPDX-License-Identifier: MIT
#include "models/scenario/profile_writer.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "models/fields/quantity_text.hpp"
#include "models/scenario/tables.hpp"

namespace models {
namespace {

struct Child;

struct Node {
  enum class Shape { scalar, list, map };
  Shape shape = Shape::scalar;
  std::string text;                                // scalar, as YAML spells it
  std::vector<Child> children;                     // list: empty keys
  std::string comment;
};

struct Child {
  std::string key;
  Node node;
};

// JSON's strings are YAML's double-quoted ones.
std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

std::string key_spelling(const std::string& key) {
  constexpr std::array<std::string_view, 9> words{"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const bool plain = !key.empty() && is_letter(key[0]) && std::all_of(key.begin(), key.end(), [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
  return plain && std::find(words.begin(), words.end(), key) == words.end() ? key : quoted(key);
}

Node scalar(std::string text) { return {Node::Shape::scalar, std::move(text), {}, {}}; }

class Writer {
 public:
  Writer(Basis basis, const std::map<std::string, std::string>& comments) : basis_(basis), comments_(comments) {}

  Node record(const Record& record, const void* object, const std::string& path) const {
    Node map{Node::Shape::map, {}, {}, {}};
    for (const Field& field : record.fields) {
      if (field.input_only || !applies(field, record, object) || !needs_apply(field, record, object)) continue;
      const std::string below = path.empty() ? std::string(field.name) : path + "." + std::string(field.name);
      std::optional<Node> node = value(*field.type, field.in(object), record.defaults ? field.in(record.defaults) : nullptr,
                                       field.required || field.chosen != nullptr, below);
      if (!node) continue;
      if (const auto comment = comments_.find(below); comment != comments_.end()) node->comment = comment->second;
      map.children.push_back({std::string(field.name), std::move(*node)});
    }
    const bool short_form = map.children.size() == 1 && map.children[0].key == record.shorthand &&
                            map.children[0].node.shape == Node::Shape::scalar;
    return short_form ? map.children[0].node : map;
  }

 private:
  // What a field needs may have given way to a rival itself.
  static bool needs_apply(const Field& field, const Record& record, const void* object) {
    return std::all_of(field.needs.begin(), field.needs.end(), [&](const Needs& need) {
      const Field* neighbour = record.find(need.key);
      return neighbour != nullptr && applies(*neighbour, record, object);
    });
  }

  std::optional<Node> value(const Type& type, const void* object, const void* otherwise, bool needed,
                            const std::string& path) const {
    if (type.kind == Kind::record) {
      Node node = record(*type.record, object, path);
      const bool empty = node.shape == Node::Shape::map && node.children.empty();
      return empty ? std::nullopt : std::optional(std::move(node));
    }
    if (!type.get) return elements(type, object, path);
    const Scalar current = type.get(object);
    if (const auto* number = std::get_if<Measured<double>>(&current)) {
      const bool given = needed || type.optional;
      const auto before = otherwise && !given ? std::get<Measured<double>>(type.get(otherwise)) : Measured<double>{};
      return measured(type.kind, *number, before, given);
    }
    if (std::holds_alternative<std::monostate>(current)) return std::nullopt;
    const std::string spelt = text(type, current);
    if (otherwise != nullptr && !needed) {
      const Scalar before = type.get(otherwise);
      if (!std::holds_alternative<std::monostate>(before) && spelt == text(type, before)) return std::nullopt;
    }
    return scalar(spelt);
  }

  static std::string text(const Type& type, const Scalar& value) {
    if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "true" : "false";
    if (const auto* words = std::get_if<std::string>(&value)) return quoted(*words);
    if (const auto* count = std::get_if<Count>(&value)) {
      return type.kind == Kind::word ? std::string(type.words[static_cast<std::size_t>(*count)]) : std::to_string(*count);
    }
    return format_quantity(type.kind, std::get<double>(value));
  }

  std::optional<Node> measured(Kind kind, const Measured<double>& number, const Measured<double>& before,
                               bool needed) const {
    const bool left_out = number.value == before.value && !number.is_range() && number.basis == before.basis &&
                          number.source == before.source;
    if (left_out && !needed) return std::nullopt;
    if (number.basis == basis_ && number.source.empty() && !number.is_range()) {
      return scalar(format_quantity(kind, number.value));
    }
    Node map{Node::Shape::map, {}, {}, {}};
    map.children.push_back({"value", scalar(format_quantity(kind, number.value))});
    if (number.is_range()) {
      map.children.push_back({"range",
                              scalar(format_quantity(kind, number.low) + ".." + format_quantity(kind, number.high))});
    }
    if (number.basis != basis_) map.children.push_back({"basis", scalar(std::string(word(number.basis)))});
    if (!number.source.empty()) map.children.push_back({"source", scalar(quoted(number.source))});
    return map;
  }

  std::optional<Node> elements(const Type& type, const void* object, const std::string& path) const {
    const std::size_t size = type.size(object);
    if (size == 0) return std::nullopt;
    const bool named = type.kind == Kind::named;
    Node all{named ? Node::Shape::map : Node::Shape::list, {}, {}, {}};
    for (std::size_t i = 0; i < size; ++i) {
      const void* item = type.at(object, i);
      const std::string key = named ? key_of(*type.element->record, item) : std::string();
      std::optional<Node> node =
          value(*type.element, item, nullptr, true, path + "." + (named ? key : std::to_string(i)));
      all.children.push_back({key, node ? std::move(*node) : Node{Node::Shape::map, {}, {}, {}}});
    }
    return all;
  }

  static std::string key_of(const Record& record, const void* object) {
    const Scalar key = record.key_type->get(record.key(const_cast<void*>(object)));
    if (const auto* name = std::get_if<std::string>(&key)) return *name;
    std::string percentile(1, 'p');
    percentile += format_quantity(Kind::number, std::get<double>(key) * 100.0);
    return percentile;
  }

  Basis basis_;
  const std::map<std::string, std::string>& comments_;
};

bool has_comments(const Node& node) {
  return !node.comment.empty() || std::any_of(node.children.begin(), node.children.end(),
                                              [](const auto& child) { return has_comments(child.node); });
}

std::string flow(const Node& node) {
  if (node.shape == Node::Shape::scalar) return node.text;
  const bool map = node.shape == Node::Shape::map;
  std::string text(map ? "{" : "[");
  for (const auto& [key, child] : node.children) {
    if (text.size() > 1) text += ", ";
    if (map) text += key_spelling(key) + ": ";
    text += flow(child);
  }
  return text + (map ? "}" : "]");
}

// The children in block style, each on lines of its own.
void block(const Node& node, std::size_t indent, std::string& out) {
  constexpr std::size_t width = 112;
  for (const auto& [key, child] : node.children) {
    const std::string lead(indent, ' ');
    const std::string head = node.shape == Node::Shape::map ? lead + key_spelling(key) + ":" : lead + "-";
    const std::string line = head + " " + flow(child);
    const bool inner_comments = child.shape != Node::Shape::scalar &&
                                std::any_of(child.children.begin(), child.children.end(),
                                            [](const auto& grandchild) { return has_comments(grandchild.node); });
    // At the top a map is a section, unless it says one number.
    const bool one_number = !child.children.empty() && child.children.front().key == "value";
    const bool fits = (indent > 0 || one_number) && line.size() <= width;
    const bool unbroken = child.shape == Node::Shape::scalar ||
                          std::all_of(child.children.begin(), child.children.end(), [](const auto& grandchild) {
                            return grandchild.node.shape == Node::Shape::scalar;
                          });
    if (child.shape == Node::Shape::scalar || child.children.empty() ||
        (!inner_comments && (fits || (unbroken && indent > 0)))) {
      out += line;
      if (!child.comment.empty()) out += "  # " + child.comment;
      out += '\n';
      continue;
    }
    if (node.shape == Node::Shape::list) {
      std::string inner;
      block(child, indent + 2, inner);
      inner[indent] = '-';
      out += inner;
      continue;
    }
    out += head;
    if (!child.comment.empty()) out += "  # " + child.comment;
    out += '\n';
    block(child, indent + 2, out);
  }
}

std::string written(const Record& record, const void* object, Basis basis,
                    const std::map<std::string, std::string>& comments) {
  const Node root = Writer(basis, comments).record(record, object, {});
  std::string text;
  block(root, 0, text);
  return text;
}

}  // namespace

std::string write_profile(const Profile& profile, const std::map<std::string, std::string>& comments) {
  // The reader takes numbers of a file with a provenance as measured.
  const Provenance& from = profile.provenance;
  const bool has_provenance =
      !(from.command.empty() && from.date.empty() && from.machine.empty() && from.operating_system.empty() &&
        from.interpreter.empty() && from.data.empty() && from.fitted_from.empty());
  const Basis basis = has_provenance ? Basis::measured : Basis::assumed;
  return written(profile_table(), &profile, basis, comments);
}

std::string write_host_profile(const HostProfile& host) { return written(host_table(), &host, Basis::measured, {}); }

}  // namespace models
