// SPDX-License-Identifier: MIT
#include "models/sweep/points.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/fields/quantity_text.hpp"
#include "models/fields/units.hpp"
#include "sim/random/stream.hpp"

namespace models {
namespace {

// Every axis of the grid, and all zipped ones as one, the slowest.
sim::Grid grid_of(const Design& design) {
  std::vector<std::size_t> sizes{1};
  for (const Axis& axis : design.axes) {
    if (axis.zipped) {
      sizes[0] = axis.values.size();
    } else {
      sizes.push_back(axis.values.size());
    }
  }
  return sim::Grid(std::move(sizes));
}

}  // namespace

std::string Axis::column() const {
  return path + std::string(unit_suffix(kind));
}

Scalar Axis::value(const std::string& text) const {
  if (kind == Kind::boolean && (text == "true" || text == "false")) return text == "true";
  if (kind == Kind::count) {
    if (const auto count = parse_count(text); std::holds_alternative<Count>(count)) return std::get<Count>(count);
  } else if (is_numeric(kind)) {
    if (const auto number = parse_quantity(kind, text); std::holds_alternative<double>(number)) {
      return std::get<double>(number);
    }
  }
  return text;
}

double Axis::number(const std::string& text) const {
  const Scalar read = value(text);
  if (const auto* number = std::get_if<double>(&read)) return *number;
  if (const auto* count = std::get_if<Count>(&read)) return static_cast<double>(*count);
  return std::nan("");
}

std::size_t Points::candidates(const Design& design) {
  return design.samples ? *design.samples : grid_of(design).points();
}

Points::Points(Design design)
    : design_(std::move(design)), grid_(grid_of(design_)), size_(candidates(design_)) {
  if (design_.where.empty()) return;
  for (std::size_t number = 0; number < size_; ++number) {
    if (wanted(number)) kept_.push_back(static_cast<std::uint32_t>(number));
  }
  size_ = kept_.size();
}

std::vector<std::string> Points::at(std::size_t point) const {
  return candidate(design_.where.empty() ? point : kept_[point]);
}

std::vector<std::size_t> Points::samples_of_values(std::size_t most_points) const {
  constexpr std::size_t most_looked_at = 200'000;
  std::vector<std::size_t> points;
  if (design_.samples || size_ <= most_points) {
    for (std::size_t point = 0; point < std::min(size_, most_points); ++point) points.push_back(point);
    return points;
  }
  if (design_.where.empty()) {
    // One axis goes through its values, from the last down, the others stay at their first. Of long axes some
    // are taken.
    std::size_t stride = size_;
    points.push_back(0);
    const std::size_t share = std::max<std::size_t>(most_points / grid_.sizes().size(), 1);
    for (const std::size_t axis_size : grid_.sizes()) {
      stride /= axis_size;
      const std::size_t step = (axis_size + share - 1) / share;
      for (std::size_t value = axis_size - 1; value > 0 && points.size() < most_points;
           value -= std::min(step, value))
        points.push_back(value * stride);
    }
    return points;
  }
  std::vector<std::vector<bool>> seen;
  for (const std::size_t axis_size : grid_.sizes()) seen.emplace_back(axis_size);
  for (std::size_t point = 0; point < std::min(size_, most_looked_at) && points.size() < most_points;
       ++point) {
    const std::vector<std::size_t> indices = grid_.at(kept_[point]);
    bool is_new = false;
    for (std::size_t axis = 0; axis < indices.size(); ++axis) {
      is_new = is_new || !seen[axis][indices[axis]];
      seen[axis][indices[axis]] = true;
    }
    if (is_new) points.push_back(point);
  }
  return points;
}

std::vector<std::string> Points::candidate(std::size_t number) const {
  std::vector<std::string> values;
  if (design_.samples) {
    const sim::LatinHypercube hypercube(*design_.samples, design_.seed);
    for (const Axis& axis : design_.axes) {
      values.push_back(
          axis.values.sample(hypercube.at(number, sim::purpose_key(axis.path)), axis.kind == Kind::count));
    }
    return values;
  }
  const std::vector<std::size_t> indices = grid_.at(number);
  std::size_t next = 1;
  for (const Axis& axis : design_.axes)
    values.push_back(axis.values.at(axis.zipped ? indices[0] : indices[next++]));
  return values;
}

bool Points::wanted(std::size_t number) const {
  std::vector<double> numbers;
  const std::vector<std::string> values = candidate(number);
  for (std::size_t axis = 0; axis < values.size(); ++axis)
    numbers.push_back(design_.axes[axis].number(values[axis]));
  return std::ranges::all_of(design_.where,
                             [&](const Constraint& constraint) { return constraint.holds(numbers); });
}

}  // namespace models
