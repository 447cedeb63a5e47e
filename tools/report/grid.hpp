// SPDX-License-Identifier: MIT
// The cells that a person reads: which columns a comparison needs, and the remarks that belong under them.
// The table and the Markdown reporters differ only in how they draw this.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/comparison/comparison.hpp"

namespace report {

struct Column {
  std::string title;
  bool is_number = true;            // drawn flush right
  std::vector<std::string> cells;   // one a deployment
};

struct Grid {
  std::vector<Column> columns;
  std::vector<std::string> left_out;  // titles that would not fit
};

// Width of a text on the terminal: its code points.
std::size_t width(const std::string& text);

// Without the columns of the drop list, from its first on, until the rest fits; after each, without those that show
// nothing but zeros.
Grid fitted(Grid grid, std::span<const std::string_view> drop_list, std::size_t limit);

// Columns that apply nowhere are missing. With `wide` every metric that applies somewhere; without it the usual
// ones, less those at the end of the drop list when the row would be wider than `limit` characters.
Grid make_grid(const models::Comparison& comparison, bool wide, std::size_t limit = 120);

// What a table shows: what the scenario is about, how the deployments do, how many fit on a node, what they cost, or
// their day on an autoscaler.
enum class View { scenario, compare, density, cost, day };
constexpr std::array<std::string_view, 5> words(View) { return {"scenario", "compare", "density", "cost", "day"}; }

// The view of a comparison that was asked for; one that has nothing to show gives way to `compare`.
Grid make_view(const models::Comparison& comparison, View view, bool wide, std::size_t limit = 120);

// What every offer asks for, where there are several; empty otherwise.
Grid make_offers(const models::Comparison& comparison, View view, bool wide);

// Modes, unreached precision, warnings, assumptions: at most a few lines each, all of them are in the JSON.
std::vector<std::string> remarks(const models::Comparison& comparison);

}  // namespace report
