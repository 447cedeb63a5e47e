// SPDX-License-Identifier: MIT
// Tables of the ziggurat method (Marsaglia & Tsang, J. Stat. Soft. 5(8), 2000) with 256 layers of equal area
// v for a decreasing density f on x >= 0: layer i >= 1 reaches from height f(x[i]) to f(x[i+1]) and to x[i];
// layer 0 is the base with the tail beyond r = x[1], given the width x[0] = v / f(r) of a rectangle of that
// area. A point of layer i left of x[i+1] lies under f without further ado. Computed by the compiler.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/random/elementary.hpp"

namespace sim {

struct Ziggurat {
  static constexpr std::size_t layers = 256;

  // What the quick path needs, side by side: a 53-bit integer below `inside` times `width` is a sample.
  struct Layer {
    std::uint64_t inside;
    double width;
  };

  std::array<Layer, layers> layer;
  std::array<double, layers + 1> height;  // f(x[i]), 1 at the top
  double edge;                            // r
};

template <class Density, class Inverse>
constexpr Ziggurat make_ziggurat(double edge, double area, Density density, Inverse inverse) {
  std::array<double, Ziggurat::layers + 1> x{};
  x[0] = area / density(edge);
  x[1] = edge;
  for (std::size_t i = 2; i < Ziggurat::layers; ++i) x[i] = inverse(area / x[i - 1] + density(x[i - 1]));
  x[Ziggurat::layers] = 0.0;
  Ziggurat table{};
  table.edge = edge;
  for (std::size_t i = 0; i < Ziggurat::layers; ++i) {
    table.layer[i] = {static_cast<std::uint64_t>(x[i + 1] / x[i] * 0x1p53), x[i] * 0x1p-53};
    table.height[i] = density(x[i]);
  }
  table.height[Ziggurat::layers] = 1.0;
  return table;
}

// f(x) = exp(-x). Area of the base: r f(r) + exp(-r).
inline constexpr double exponential_edge = 7.697117470131050;
inline constexpr double exponential_area = (exponential_edge + 1.0) * exp_portable(-exponential_edge);
inline constexpr Ziggurat exponential_ziggurat = make_ziggurat(
    exponential_edge, exponential_area, [](double x) { return exp_portable(-x); },
    [](double y) { return -log_portable(y); });

// Newton's iteration, for tables that the compiler computes.
constexpr double constant_sqrt(double x) {
  double root = x > 1.0 ? x : 1.0;
  for (int i = 0; i < 64; ++i) root = 0.5 * (root + x / root);
  return root;
}

// f(x) = exp(-x^2 / 2). The tail beyond r is f(r) times Mills' ratio 1/(r + 1/(r + 2/(r + 3/(r + ...)))).
inline constexpr double normal_edge = 3.6541528853610088;
inline constexpr double normal_area = [] {
  double fraction = normal_edge;
  for (int i = 400; i > 0; --i) fraction = normal_edge + i / fraction;
  return exp_portable(-0.5 * normal_edge * normal_edge) * (normal_edge + 1.0 / fraction);
}();
inline constexpr Ziggurat normal_ziggurat = make_ziggurat(
    normal_edge, normal_area, [](double x) { return exp_portable(-0.5 * x * x); },
    [](double y) { return constant_sqrt(-2.0 * log_portable(y)); });

}  // namespace sim
