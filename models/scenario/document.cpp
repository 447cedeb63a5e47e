// SPDX-License-Identifier: MIT
#include "models/scenario/document.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace models {

namespace {

// Length of the valid UTF-8 sequence that begins at i, or 0 (RFC 3629: shortest form, no surrogates).
std::size_t utf8_length(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t offset) -> unsigned {
    return i + offset < text.size() ? static_cast<unsigned char>(text[i + offset]) : 0U;
  };
  const auto continues = [&](std::size_t offset) { return (byte(offset) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    if (!continues(1) || !continues(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;
    if (lead == 0xED && byte(1) > 0x9F) return 0;
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    if (!continues(1) || !continues(2) || !continues(3)) return 0;
    if (lead == 0xF0 && byte(1) < 0x90) return 0;
    if (lead == 0xF4 && byte(1) > 0x8F) return 0;
    return 4;
  }
  return 0;
}

std::string without_carriage_returns(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n') continue;
    text += bytes[i];
  }
  return text;
}

std::string in_hexadecimal(char c) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  return {'0', 'x', digits[byte >> 4U], digits[byte & 0xFU]};
}

// An offence against the rules of Source: offset and what to say.
struct BadByte {
  std::size_t offset = 0;
  std::string summary;
  std::string help;
};

std::optional<BadByte> first_bad_byte(std::string_view text) {
  bool in_indentation = true;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const std::size_t length = utf8_length(text, i);
    if (length == 0)
      return BadByte{i, "byte " + in_hexadecimal(c) + " is not UTF-8", "save the file as UTF-8"};
    if (c == '\n') {
      in_indentation = true;
    } else if (c == '\t') {
      if (in_indentation) return BadByte{i, "a tab may not indent a line", "use spaces"};
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      return BadByte{i, "control character " + in_hexadecimal(c) + " in the file", "remove it"};
    } else if (c != ' ') {
      in_indentation = false;
    }
    i += length;
  }
  return std::nullopt;
}

void erase_child(YamlNode& node, std::string_view name) {
  std::erase_if(node.children, [name](const YamlNode& child) { return child.key == name; });
}

std::optional<std::size_t> as_index(std::string_view text) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return index;
}

bool addresses_items(const YamlNode& list, const YamlNode& over) {
  return !over.children.empty() &&
         std::all_of(over.children.begin(), over.children.end(), [&](const YamlNode& child) {
           const auto index = as_index(child.key);
           return index && *index <= list.children.size();
         });
}

// The keys that say which of the three forms of a profile is written.
std::string_view form_of_profile(const YamlNode& node) {
  for (const std::string_view form : {"file", "derive"}) {
    if (node.find(form)) return form;
  }
  return {};
}

void drop_rivals(YamlNode& base, const YamlNode& over, const Record& record) {
  for (const YamlNode& child : over.children) {
    if (child.shape == YamlNode::Shape::empty) continue;
    for (const Exclusive& group : record.exclusive) {
      if (std::find(group.names.begin(), group.names.end(), child.key) == group.names.end()) continue;
      for (const std::string_view rival : group.names) {
        if (rival != child.key && !over.find(rival)) erase_child(base, rival);
      }
    }
  }
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view name) const {
  for (const YamlNode& child : children) {
    if (child.key == name) return &child;
  }
  return nullptr;
}

YamlNode* YamlNode::find(std::string_view name) {
  return const_cast<YamlNode*>(std::as_const(*this).find(name));
}

const YamlNode* node_at(const YamlNode& root, std::initializer_list<std::string_view> path) {
  const YamlNode* node = &root;
  for (const std::string_view key : path) {
    node = node->find(key);
    if (!node) return nullptr;
  }
  return node;
}

Place place_of(const YamlNode& root, std::initializer_list<std::string_view> path) {
  const YamlNode* node = &root;
  for (const std::string_view key : path) {
    const YamlNode* next = node->find(key);
    if (!next) break;
    node = next;
  }
  return node->key_place;
}

std::optional<std::string> clean_text(const std::string& name, std::string bytes, Diagnostics& diagnostics) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  std::string text = without_carriage_returns(bytes);
  if (const auto bad = first_bad_byte(text)) {
    // What stands behind the byte may be anything: show the line up to it.
    const Source source(name, text.substr(0, bad->offset));
    Place place = source.place(bad->offset, 1);
    diagnostics.error(place, bad->summary, bad->help);
    return std::nullopt;
  }
  return text;
}

const Type* child_type(const Type* type, std::string_view key) {
  if (!type) return nullptr;
  switch (type->kind) {
    case Kind::record: {
      const Field* field = type->record->find(key);
      return field ? field->type : nullptr;
    }
    case Kind::list:
    case Kind::named:
    case Kind::profiles:
      return type->element;
    default:
      return nullptr;
  }
}

void lay_over(YamlNode& base, YamlNode over, const Type* type) {
  const Record* record = type ? type->record : nullptr;
  if (over.shape == YamlNode::Shape::map && base.shape == YamlNode::Shape::list &&
      addresses_items(base, over)) {
    for (YamlNode& child : over.children) {
      const std::size_t index = *as_index(child.key);
      child.key.clear();
      if (index == base.children.size()) {
        base.children.push_back(std::move(child));
      } else {
        lay_over(base.children[index], std::move(child), child_type(type, {}));
      }
    }
    return;
  }
  if (over.shape == YamlNode::Shape::map && base.shape == YamlNode::Shape::scalar && record &&
      !record->shorthand.empty()) {
    YamlNode spelt_out = base;
    spelt_out.key = record->shorthand;
    spelt_out.key_place = base.place;
    base.shape = YamlNode::Shape::map;
    base.scalar.clear();
    base.children.clear();
    base.children.push_back(std::move(spelt_out));
  }
  if (over.shape != YamlNode::Shape::map || base.shape != YamlNode::Shape::map) {
    over.key = base.key;
    base = std::move(over);
    return;
  }
  if (record) drop_rivals(base, over, *record);
  for (YamlNode& child : over.children) {
    YamlNode* existing = base.find(child.key);
    if (!existing) {
      base.children.push_back(std::move(child));
    } else if (child.shape == YamlNode::Shape::empty && child.written_null) {
      erase_child(base, child.key);
    } else if (type && type->kind == Kind::profiles && form_of_profile(child) != form_of_profile(*existing) &&
               !form_of_profile(child).empty()) {
      *existing = std::move(child);
    } else {
      // Before the call: its arguments are made in any order, and one of them takes the key away.
      const Type* below = child_type(type, child.key);
      lay_over(*existing, std::move(child), below);
    }
  }
}

}  // namespace models
