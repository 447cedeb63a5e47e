// SPDX-License-Identifier: MIT
// A scenario and the parameters that are varied in it. Scenario and profiles are read once, traces at every
// point; what a point sets is laid over the tree as --set would, and read as strictly, so a wrong path or
// value is blamed where the sweep names it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/document.hpp"
#include "models/scenario/scenario.hpp"
#include "models/scenario/sources.hpp"
#include "models/sweep/points.hpp"

namespace models {

// What a command line adds to the `sweep` block of the file.
struct SweepOptions {
  std::vector<std::string> settings;  // "path=value", laid over the file first
  std::vector<std::string> grid;      // "path=values"; replaces what the file says of the same path
  std::vector<std::string> zip;
  std::vector<std::string> where;  // constraints, on top of those in the file
};

class SweptScenario {
 public:
  // file: "-" is standard input. The scenario itself must be right too, with every parameter as it is
  // written.
  static std::optional<SweptScenario> read(const std::string& file, const SweepOptions& options,
                                           Diagnostics& diagnostics);

  // The same of a tree that its sources have loaded.
  static std::optional<SweptScenario> from_tree(const std::string& file, YamlNode root,
                                                std::unique_ptr<Sources> sources, const SweepOptions& options,
                                                Diagnostics& diagnostics);

  const Scenario& base() const { return base_; }
  const Points& points() const { return *points_; }
  const std::vector<std::string>& where() const { return where_; }

  // With every axis set to the value of this point, or to any values; from any thread.
  std::optional<Scenario> at(std::size_t point, Diagnostics& diagnostics) const {
    return with(points_->at(point), diagnostics);
  }
  std::optional<Scenario> with(std::span<const std::string> values, Diagnostics& diagnostics) const;
  // "threads=4, processes=2".
  std::string named(std::span<const std::string> values) const;

  // Whether all points of a small design can be read, of a larger one a point with each value of each axis,
  // as far as feasible (Points::samples_of_values); shows them. Ends at the first that cannot, which is
  // reported.
  bool check(Diagnostics& diagnostics, const std::function<void(const Scenario&)>& seen = {}) const;

 private:
  friend class SweepReader;
  // Where an axis stands: its path, and its values one by one or all at the same place.
  struct Written {
    Place path;
    std::vector<Place> values;
  };
  SweptScenario() = default;

  std::unique_ptr<Sources> sources_;
  YamlNode root_;
  Scenario base_;
  std::vector<Written> written_;
  std::vector<std::string> where_;
  std::optional<Points> points_;
};

}  // namespace models
