// SPDX-License-Identifier: MIT
#include "models/sweep/constraint.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "models/fields/spelling.hpp"
#include "models/fields/units.hpp"

namespace models {
namespace {

constexpr std::string_view example = "write for example processes*threads <= 64";
constexpr int deepest = 64;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name_character(char c) {
  return is_letter(c) || is_digit(c) || c == '.' || c == '-';
}

// The longest unit of any kind that the text begins with.
const Unit* unit_at(std::string_view text) {
  const Unit* found = nullptr;
  for (const Kind kind : quantity_kinds) {
    for (const Unit& unit : units(kind)) {
      const bool fits = !unit.name.empty() && text.starts_with(unit.name) &&
                        (text.size() == unit.name.size() || !is_name_character(text[unit.name.size()]));
      if (fits && (!found || unit.name.size() > found->name.size())) found = &unit;
    }
  }
  return found;
}

bool is_end_of(std::string_view path, std::string_view name) {
  return path == name || (path.ends_with(name) && path[path.size() - name.size() - 1] == '.');
}

}  // namespace

// By recursive descent: a comparison of sums, of products, of numbers, names and sums in parentheses.
class ConstraintParser {
 public:
  ConstraintParser(std::string_view text, std::span<const std::string> paths) : text_(text), paths_(paths) {}

  std::variant<Constraint, TextError> parse() {
    if (sum() && comparison() && end()) return std::move(made_);
    return std::move(error_);
  }

 private:
  using Operation = Constraint::Operation;

  bool comparison() {
    constexpr std::array<std::pair<std::string_view, Operation>, 6> signs{{{"<=", Operation::less_equal},
                                                                           {">=", Operation::greater_equal},
                                                                           {"==", Operation::equal},
                                                                           {"!=", Operation::unequal},
                                                                           {"<", Operation::less},
                                                                           {">", Operation::greater}}};
    for (const auto& [sign, operation] : signs) {
      if (!take(sign)) continue;
      if (!sum()) return false;
      add(operation);
      return true;
    }
    return fail(at_, 1, "a comparison is missing: < <= > >= == or !=", std::string(example));
  }

  bool sum() {
    if (!product()) return false;
    for (;;) {
      const bool plus = take("+");
      if (!plus && !take("-")) return true;
      if (!product()) return false;
      add(plus ? Operation::add : Operation::subtract);
    }
  }

  bool product() {
    if (!factor()) return false;
    for (;;) {
      const bool times = take("*");
      if (!times && !take("/")) return true;
      if (!factor()) return false;
      add(times ? Operation::multiply : Operation::divide);
    }
  }

  bool factor() {
    skip_spaces();
    const std::size_t start = at_;
    if (take("(")) {
      if (++depth_ > deepest) return fail(start, 1, "the parentheses are nested too deep", {});
      if (!sum()) return false;
      --depth_;
      return take(")") || fail(start, 1, "this parenthesis is never closed", {});
    }
    if (at_ < text_.size() && is_digit(text_[at_])) return number();
    if (at_ < text_.size() && is_letter(text_[at_])) return name();
    return fail(start, 1, "a number or a parameter is missing here", std::string(example));
  }

  bool number() {
    const std::size_t start = at_;
    double value = 0.0;
    const char* const end = text_.data() + text_.size();
    const auto [rest, error] = std::from_chars(text_.data() + at_, end, value, std::chars_format::fixed);
    at_ = static_cast<std::size_t>(rest - text_.data());
    if (const Unit* unit = unit_at(text_.substr(at_))) {
      value = value * unit->multiplier / unit->divisor;
      at_ += unit->name.size();
    }
    std::size_t after = at_;
    while (after < text_.size() && is_name_character(text_[after])) ++after;
    if (error != std::errc{} || after > at_) {
      const std::string_view written = text_.substr(start, after - start);
      return fail(start, written.size(), in_quotes(written) + " is no number",
                  "units are those of parameters, such as 20ms, 512Mi or 300/s");
    }
    made_.steps_.push_back({Operation::number, value, 0});
    return true;
  }

  bool name() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
    const std::string_view written = text_.substr(start, at_ - start);
    std::optional<std::size_t> found;
    std::string rivals;
    for (std::size_t axis = 0; axis < paths_.size(); ++axis) {
      if (!is_end_of(paths_[axis], written)) continue;
      rivals += (rivals.empty() ? "" : " or ") + paths_[axis];
      if (found && paths_[axis] != written && paths_[*found] != written) {
        return fail(start, written.size(), in_quotes(written) + " is the end of several parameters",
                    "write " + rivals);
      }
      if (!found || paths_[axis] == written) found = axis;
    }
    if (!found) {
      std::vector<std::string_view> known;
      for (const std::string& path : paths_) {
        known.emplace_back(path);
        known.push_back(std::string_view(path).substr(path.rfind('.') + 1));
      }
      const std::string_view near = nearest(written, known);
      return fail(start, written.size(), in_quotes(written) + " is no parameter that is varied",
                  near.empty()
                      ? did_you_mean(written, std::vector<std::string_view>(paths_.begin(), paths_.end()))
                      : "did you mean " + in_quotes(near) + "?");
    }
    made_.steps_.push_back({Operation::axis, 0.0, *found});
    made_.uses_.push_back({*found, start, written.size()});
    return true;
  }

  bool end() {
    skip_spaces();
    if (at_ == text_.size()) return true;
    return fail(at_, text_.size() - at_, "nothing may follow here", "several constraints are several items");
  }

  void skip_spaces() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  bool take(std::string_view sign) {
    skip_spaces();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }

  void add(Operation operation) { made_.steps_.push_back({operation, 0.0, 0}); }

  bool fail(std::size_t offset, std::size_t length, std::string problem, std::string remedy) {
    error_ = {offset, length, std::move(problem), std::move(remedy)};
    return false;
  }

  std::string_view text_;
  std::span<const std::string> paths_;
  std::size_t at_ = 0;
  int depth_ = 0;
  Constraint made_;
  TextError error_;
};

std::variant<Constraint, TextError> Constraint::parse(std::string_view text,
                                                      std::span<const std::string> paths) {
  return ConstraintParser(text, paths).parse();
}

bool Constraint::holds(std::span<const double> values) const {
  std::vector<double> stack;
  for (const Step& step : steps_) {
    if (step.operation == Operation::number || step.operation == Operation::axis) {
      stack.push_back(step.operation == Operation::number ? step.number : values[step.axis]);
      continue;
    }
    const double right = stack.back();
    stack.pop_back();
    double& left = stack.back();
    switch (step.operation) {
      case Operation::add:
        left += right;
        break;
      case Operation::subtract:
        left -= right;
        break;
      case Operation::multiply:
        left *= right;
        break;
      case Operation::divide:
        left /= right;
        break;
      case Operation::less:
        left = left < right ? 1.0 : 0.0;
        break;
      case Operation::less_equal:
        left = left <= right ? 1.0 : 0.0;
        break;
      case Operation::greater:
        left = left > right ? 1.0 : 0.0;
        break;
      case Operation::greater_equal:
        left = left >= right ? 1.0 : 0.0;
        break;
      case Operation::equal:
        left = left == right ? 1.0 : 0.0;
        break;
      case Operation::unequal:
        left = left != right ? 1.0 : 0.0;
        break;
      case Operation::number:
      case Operation::axis:
        break;
    }
  }
  return stack.back() != 0.0;
}

}  // namespace models
