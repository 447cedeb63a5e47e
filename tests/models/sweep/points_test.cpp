// SPDX-License-Identifier: MIT
#include "models/sweep/points.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

using models::Axis;
using models::AxisValues;
using models::Constraint;
using models::Design;
using models::Kind;
using models::Points;

namespace {

Axis axis(const std::string& path, const std::string& values, Kind kind, bool zipped = false) {
  return {path, std::get<AxisValues>(AxisValues::parse(values)), kind, zipped};
}

std::vector<std::string> all(const Points& points) {
  std::vector<std::string> lines;
  for (std::size_t point = 0; point < points.size(); ++point) {
    std::string line;
    for (const std::string& value : points.at(point)) line += (line.empty() ? "" : " ") + value;
    lines.push_back(std::move(line));
  }
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a grid has every combination, the last axis fastest") {
  Design design;
  design.axes = {axis("a", "1,2", Kind::count), axis("b", "x,y,z", Kind::text)};
  CHECK(all(Points(design)) == Lines{"1 x", "1 y", "1 z", "2 x", "2 y", "2 z"});
}

TEST_CASE("zipped axes advance together, slowest, wherever they are written") {
  Design design;
  design.axes = {axis("a", "1,2", Kind::count), axis("b", "3,4", Kind::count, true),
                 axis("c", "5,6", Kind::count, true)};
  CHECK(all(Points(design)) == Lines{"1 3 5", "2 3 5", "1 4 6", "2 4 6"});
}

TEST_CASE("constraints leave points out, the others keep their order") {
  Design design;
  design.axes = {axis("processes", "1..3", Kind::count), axis("threads", "1..3", Kind::count)};
  const std::vector<std::string> paths{"processes", "threads"};
  design.where.push_back(std::get<Constraint>(Constraint::parse("processes*threads <= 3", paths)));
  design.where.push_back(std::get<Constraint>(Constraint::parse("processes + threads > 2", paths)));
  CHECK(all(Points(design)) == Lines{"1 2", "1 3", "2 1", "3 1"});
}

TEST_CASE("constraints compare SI values, whatever the unit on the axis") {
  Design design;
  design.axes = {axis("wait", "500us,20ms,1s", Kind::duration)};
  design.where.push_back(
      std::get<Constraint>(Constraint::parse("wait <= 0.02", std::vector<std::string>{"wait"})));
  CHECK(all(Points(design)) == Lines{"500us", "20ms"});
}

TEST_CASE("adding an axis of a Latin hypercube moves nobody's values") {
  Design design;
  design.samples = 50;
  design.axes = {axis("a", "1..100", Kind::count), axis("b", "0..1/s", Kind::rate)};
  const Points before(design);
  design.axes.push_back(axis("c", "log 1..64", Kind::count));
  const Points after(design);
  REQUIRE(before.size() == 50);
  for (std::size_t point = 0; point < 50; ++point) {
    const std::vector<std::string> values = after.at(point);
    CHECK(before.at(point) == std::vector<std::string>{values[0], values[1]});
  }
  // 50 strata over 100 whole numbers: two of them each.
  std::set<int> strata;
  for (std::size_t point = 0; point < 50; ++point) strata.insert((std::stoi(after.at(point)[0]) - 1) / 2);
  CHECK(strata.size() == 50);
}

TEST_CASE("the samples of values hold every value of every axis") {
  for (const bool constrained : {false, true}) {
    Design design;
    design.axes = {axis("a", "1..5", Kind::count), axis("b", "7,8,9", Kind::count),
                   axis("c", "1,2", Kind::count, true), axis("d", "3,4", Kind::count, true)};
    if (constrained) {
      design.where.push_back(std::get<Constraint>(
          Constraint::parse("a + b >= 9", std::vector<std::string>{"a", "b", "c", "d"})));
    }
    const Points points(design);
    std::set<std::string> seen;
    for (const std::size_t point : points.samples_of_values(20)) {
      const std::vector<std::string> values = points.at(point);
      for (std::size_t i = 0; i < values.size(); ++i) seen.insert(std::to_string(i) + "=" + values[i]);
    }
    CHECK(seen.size() == 5 + 3 + 2 + 2);
    CHECK(points.samples_of_values(20).size() < points.size());
    CHECK(points.samples_of_values(1000).size() == points.size());
    CHECK(points.samples_of_values(3).size() <= 3);
  }
}

TEST_CASE("of a long axis the samples of values hold both ends") {
  Design design;
  design.axes = {axis("a", "1..100000", Kind::count), axis("b", "1..7", Kind::count)};
  const Points points(design);
  std::set<std::string> first;
  for (const std::size_t point : points.samples_of_values(100)) first.insert(points.at(point)[0]);
  CHECK(points.samples_of_values(100).size() <= 100);
  CHECK(first.contains("1"));
  CHECK(first.contains("100000"));
  CHECK(first.size() > 20);
}

TEST_CASE("columns carry the SI unit, values are in it") {
  CHECK(axis("service.load", "1/s", Kind::rate).column() == "service.load_per_s");
  CHECK(axis("deployments.a.threads", "1", Kind::count).column() == "deployments.a.threads");
  CHECK(std::get<double>(axis("w", "20ms", Kind::duration).value("20ms")) == 0.02);
  CHECK(std::get<double>(axis("m", "1Ki", Kind::bytes).value("1Ki")) == 1024.0);
  CHECK(std::get<models::Count>(axis("n", "4", Kind::count).value("4")) == 4);
  CHECK(std::get<std::string>(axis("r", "auto", Kind::count).value("auto")) == "auto");
  CHECK(std::get<std::string>(axis("s", "uvicorn", Kind::text).value("uvicorn")) == "uvicorn");
  CHECK(std::get<bool>(axis("k", "true", Kind::boolean).value("true")));
}

TEST_CASE("a million points take no memory and a number each") {
  Design design;
  design.axes = {axis("a", "1..1000", Kind::count), axis("b", "1..1000", Kind::count)};
  const Points points(design);
  CHECK(points.size() == 1'000'000);
  CHECK(points.at(999'999) == std::vector<std::string>{"1000", "1000"});
  design.axes.push_back(axis("c", "1..1000000", Kind::count));
  CHECK(Points::candidates(design) == 1'000'000'000'000U);
}
