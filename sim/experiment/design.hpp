// SPDX-License-Identifier: MIT
// Which points of a space of parameters to try. Designs are not stored: every point is computed from its
// number, so a million of them take no memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace sim {

// Every combination of the values of some axes; the last axis changes fastest.
class Grid {
 public:
  static constexpr std::size_t too_many = std::numeric_limits<std::size_t>::max();

  // sizes: how many values each axis has, at least one.
  explicit Grid(std::vector<std::size_t> sizes);

  const std::vector<std::size_t>& sizes() const { return sizes_; }
  // too_many when they cannot be counted.
  std::size_t points() const { return points_; }
  // Which value of each axis the point has.
  std::vector<std::size_t> at(std::size_t point) const;

 private:
  std::vector<std::size_t> sizes_;
  std::size_t points_ = 1;
};

// A permutation of 0 .. size-1 named by (seed, key), computed element by element: a Feistel network (Luby,
// Rackoff: SIAM J. Comput. 17(2), 1988) over the next power of four, walked until it lands inside (Black,
// Rogaway: CT-RSA 2002).
class Permutation {
 public:
  Permutation(std::uint64_t size, std::uint64_t seed, std::uint64_t key);

  std::uint64_t operator()(std::uint64_t element) const;

 private:
  std::uint64_t size_;
  std::uint64_t seed_;
  std::uint64_t key_;
  unsigned half_bits_ = 1;
};

// Latin hypercube (McKay, Beckman, Conover: Technometrics 21(2), 1979): each axis is cut into as many strata
// of equal probability as there are samples, and every stratum of every axis holds exactly one sample, at
// random within it. An axis is named by its key, so its positions do not depend on what other axes there are.
class LatinHypercube {
 public:
  LatinHypercube(std::size_t samples, std::uint64_t seed) : samples_(samples), seed_(seed) {}

  std::size_t points() const { return samples_; }
  // In [0, 1).
  double at(std::size_t sample, std::uint64_t key) const;

 private:
  std::size_t samples_;
  std::uint64_t seed_;
};

}  // namespace sim
