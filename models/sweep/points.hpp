// SPDX-License-Identifier: MIT
// The points of a parameter study: what each parameter is set to at each of them. Points are computed from
// their number; only where constraints leave some out are the numbers of the others kept, four bytes each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/fields/reflection.hpp"
#include "models/sweep/axis_values.hpp"
#include "models/sweep/constraint.hpp"
#include "sim/experiment/design.hpp"

namespace models {

// A parameter that is varied.
struct Axis {
  std::string path;  // as --set takes it
  AxisValues values;
  Kind kind = Kind::text;  // of the parameter
  bool zipped = false;     // advances with all others that are

  // The name of its column: the path with the SI unit, deployments.api.threads or service.load_per_s.
  std::string column() const;
  // A text as --set would read it: a number in SI units where it is one, else as it is written.
  Scalar value(const std::string& text) const;
  // The number alone; NaN of a word.
  double number(const std::string& text) const;
};

struct Design {
  std::vector<Axis> axes;              // zipped ones have equally many values
  std::optional<std::size_t> samples;  // of a Latin hypercube; then no axis is zipped
  std::uint64_t seed = 1;              // of the samples
  std::vector<Constraint> where;
};

class Points {
 public:
  static constexpr std::size_t most = 10'000'000;

  // How many points the design has before constraints; sim::Grid::too_many when they cannot be counted.
  static std::size_t candidates(const Design& design);

  // Requires: no more than `most` candidates.
  explicit Points(Design design);

  const std::vector<Axis>& axes() const { return design_.axes; }
  std::size_t size() const { return size_; }
  // What each axis is set to, from 0 to size() - 1.
  std::vector<std::string> at(std::size_t point) const;

  // Points in which every value of every axis occurs, to be checked before the study begins: all where there
  // are at most so many. Of longer axes some values and both ends; of a Latin hypercube, in which every value
  // is another one, the first samples. Where constraints leave much out, values may be missing.
  std::vector<std::size_t> samples_of_values(std::size_t most_points) const;

 private:
  std::vector<std::string> candidate(std::size_t number) const;
  bool wanted(std::size_t number) const;

  Design design_;
  sim::Grid grid_;
  std::vector<std::uint32_t> kept_;
  std::size_t size_ = 0;
};

}  // namespace models
