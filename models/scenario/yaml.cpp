// SPDX-License-Identifier: MIT
// The only file that sees yaml-cpp. It listens to parser events instead of loading nodes, because events tell
// duplicate keys, aliases, tags, quotes and empty values apart, and because throwing at a limit ends the
// parser's own recursion.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <sstream>
#include <utility>

#include "models/fields/spelling.hpp"
#include "models/scenario/document.hpp"

namespace models {

namespace {

// Thrown through yaml-cpp when it makes no sense to read on.
struct Stop {};

// Length of the quoted text that `rest` begins with, quotes included; 0 when it never ends.
std::size_t length_of_quote(std::string_view rest) {
  const char quote = rest[0];
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (quote == '"' && rest[i] == '\\') {
      ++i;
    } else if (rest[i] == quote) {
      if (quote == '"' || i + 1 >= rest.size() || rest[i + 1] != quote) return i + 1;
      ++i;
    }
  }
  return 0;
}

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Source& source, Diagnostics& diagnostics) : source_(source), diagnostics_(diagnostics) {}

  YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1)
      stop(at(mark, 1), "there is more than one document, or text after its end", "use a file for each");
  }
  void OnDocumentEnd() override {}

  // The parser has met the end of the file in a text in quotes: blame the quote that opened it.
  Place open_quote() const {
    const std::string_view text = source_.text();
    std::size_t i = read_to_;
    while ((i = text.find_first_of("'\"", i)) != std::string_view::npos) {
      const std::size_t length = length_of_quote(text.substr(i));
      if (length == 0) return source_.place(i, 1);
      i += length;
    }
    return source_.place(text.size(), 1);
  }

  void OnAnchor(const YAML::Mark& mark, const std::string&) override {
    stop(at(mark, 1), "anchors and aliases are not supported", "write the value out, or use 'extends:'");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    stop(at(mark, 1), "anchors and aliases are not supported", "write the value out, or use 'extends:'");
  }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override {
    YamlNode node;
    const std::size_t length = null_length(text_from(mark));
    node.written_null = length > 0;
    // Without a value the mark is that of the next token, which may stand lines below.
    const bool has_key = !open_.empty() && open_.back().has_key;
    node.place = length == 0 && has_key ? open_.back().key_place : at(mark, std::max<std::size_t>(1, length));
    put(std::move(node));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                const std::string& value) override {
    YamlNode node;
    node.shape = YamlNode::Shape::scalar;
    node.quoted = tag == "!";
    node.scalar = value;
    if (!node.quoted) check_tag(mark, tag);
    const std::size_t length = node.quoted ? quoted_length(mark) : plain_length(mark, value);
    node.place = at(mark, length);
    read_to_ = static_cast<std::size_t>(mark.pos) + length;
    put(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, YamlNode::Shape::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, YamlNode::Shape::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    YamlNode node;
    bool has_key = false;
    bool key_is_duplicate = false;
    std::string key;
    Place key_place;
    std::set<std::string, std::less<>> keys;
  };

  Place at(const YAML::Mark& mark, std::size_t length) const {
    return source_.place(static_cast<std::size_t>(mark.pos), length);
  }
  std::string_view text_from(const YAML::Mark& mark) const {
    const std::string_view text = source_.text();
    return text.substr(std::min(text.size(), static_cast<std::size_t>(mark.pos)));
  }

  [[noreturn]] void stop(const Place& place, std::string summary, std::string help = {}) {
    diagnostics_.error(place, std::move(summary), std::move(help));
    throw Stop{};
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag != "?" && tag != "!" && !tag.empty())
      stop(at(mark, 1), "tags are not supported", "leave the '!...' out");
  }

  static std::size_t null_length(std::string_view text) {
    for (const std::string_view name : {"~", "null", "Null", "NULL"}) {
      if (text.starts_with(name) &&
          (text.size() == name.size() || std::strchr(" \n,]}", text[name.size()]))) {
        return name.size();
      }
    }
    return 0;
  }

  std::size_t plain_length(const YAML::Mark& mark, const std::string& value) const {
    const std::string_view rest = text_from(mark);
    if (rest.starts_with(value)) return value.size();
    return std::min(rest.find('\n'), rest.size());  // folded over lines: mark the first
  }

  // yaml-cpp takes some quotes that never close for closed at the end of the file.
  std::size_t quoted_length(const YAML::Mark& mark) {
    const std::string_view rest = text_from(mark);
    if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return 1;  // block text
    const std::size_t length = length_of_quote(rest);
    if (length == 0) stop(at(mark, 1), "this quote is never closed", "end the text with the same quote");
    return length;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YamlNode::Shape shape) {
    check_tag(mark, tag);
    if (static_cast<int>(open_.size()) == deepest_nesting) {
      stop(at(mark, 1), "this is nested more than " + std::to_string(deepest_nesting) + " levels deep");
    }
    if (!open_.empty() && open_.back().node.shape == YamlNode::Shape::map && !open_.back().has_key) {
      stop(at(mark, 1), "the key of a map must be a plain text, not a list or a map",
           "write 'name:' before it, or a bracket or brace is missing");
    }
    Open entry;
    entry.node.shape = shape;
    entry.node.place = at(mark, 1);
    open_.push_back(std::move(entry));
  }

  void close() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    put(std::move(node));
  }

  // A finished node: a key, the value of the last key, an item, or the root.
  void put(YamlNode node) {
    if (++values_ > most_values) {
      stop(node.place, "this file has more than " + std::to_string(most_values) + " values");
    }
    if (open_.empty()) {
      node.key_place = node.place;
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.children.size() == most_children) {
      stop(node.place, "this list or map has more than " + std::to_string(most_children) + " entries");
    }
    if (parent.node.shape == YamlNode::Shape::list) {
      node.key_place = node.place;
      parent.node.children.push_back(std::move(node));
    } else if (!parent.has_key) {
      take_key(parent, std::move(node));
    } else {
      parent.has_key = false;
      node.key = std::move(parent.key);
      node.key_place = parent.key_place;
      if (!parent.key_is_duplicate) parent.node.children.push_back(std::move(node));
    }
  }

  void take_key(Open& map, YamlNode node) {
    if (node.shape != YamlNode::Shape::scalar) {
      stop(node.place, "the key of a map must be a plain text, and this one is empty");
    }
    if (node.scalar == "<<" && !node.quoted) {
      stop(node.place, "merge keys are not supported", "use 'extends:' to vary another file");
    }
    map.has_key = true;
    map.key_is_duplicate = !map.keys.insert(node.scalar).second;
    if (map.key_is_duplicate) {
      const YamlNode* first = map.node.find(node.scalar);
      diagnostics_.error(node.place, "duplicate key " + in_quotes(node.scalar),
                         first ? "it is already given in line " + std::to_string(first->key_place.line) : "");
    }
    map.key = std::move(node.scalar);
    map.key_place = node.place;
  }

  const Source& source_;
  Diagnostics& diagnostics_;
  YamlNode root_;
  std::vector<Open> open_;
  int documents_ = 0;
  std::size_t values_ = 0;
  std::size_t read_to_ = 0;  // end of the last scalar
};

std::string remedy_for(const std::string& message) {
  if (message.find("illegal map value") != std::string::npos) {
    return "check the indentation, and quote texts that contain ': '";
  }
  if (message.find("end of") != std::string::npos && message.find("not found") != std::string::npos) {
    return "a bracket, brace or quote may be missing, or the indentation differs";
  }
  return {};
}

}  // namespace

std::optional<YamlNode> parse_yaml(const Source& source, Diagnostics& diagnostics) {
  TreeBuilder builder(source, diagnostics);
  try {
    std::istringstream stream(source.text());
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
    return std::nullopt;
  } catch (const YAML::Exception& problem) {
    const std::size_t offset = problem.mark.is_null() ? 0 : static_cast<std::size_t>(problem.mark.pos);
    if (problem.msg.find("EOF in scalar") != std::string::npos) {
      diagnostics.error(builder.open_quote(), "this quote is never closed",
                        "end the text with the same quote");
      return std::nullopt;
    }
    diagnostics.error(source.place(offset, 1), "this is not valid YAML: " + problem.msg,
                      remedy_for(problem.msg));
    return std::nullopt;
  }
  YamlNode root = builder.take_root();
  if (!root.place.source) root.place = root.key_place = source.whole();
  return root;
}

}  // namespace models
