// SPDX-License-Identifier: MIT
// Which points of a study are wanted: a comparison of two sums of parameters, such as
//   processes*threads <= 64
//   memory >= 128Mi + 40Mi*processes
// Operators + - * / ( ) and < <= > >= == !=. Numbers may carry units and are compared in SI units. A
// parameter is named by its path or by as much of its end as no other axis has. `-` within a name belongs to
// it; a minus after a name stands behind a space.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "models/sweep/axis_values.hpp"

namespace models {

class Constraint {
 public:
  // paths: of the axes, in order.
  static std::variant<Constraint, TextError> parse(std::string_view text, std::span<const std::string> paths);

  // values: of the axes, in order, in SI units.
  bool holds(std::span<const double> values) const;

  // Whether it asks for the value of this axis, and where in the text it first does so.
  struct Use {
    std::size_t axis = 0;
    std::size_t offset = 0;
    std::size_t length = 0;
  };
  const std::vector<Use>& uses() const { return uses_; }

 private:
  friend class ConstraintParser;
  enum class Operation {
    number,
    axis,
    add,
    subtract,
    multiply,
    divide,
    less,
    less_equal,
    greater,
    greater_equal,
    equal,
    unequal
  };
  struct Step {
    Operation operation = Operation::number;
    double number = 0.0;
    std::size_t axis = 0;
  };
  std::vector<Step> steps_;  // in reverse Polish notation
  std::vector<Use> uses_;
};

}  // namespace models
