// SPDX-License-Identifier: MIT
#include "sim/experiment/design.hpp"

#include <algorithm>
#include <utility>

#include "sim/random/stream.hpp"

namespace sim {

Grid::Grid(std::vector<std::size_t> sizes) : sizes_(std::move(sizes)) {
  for (const std::size_t size : sizes_) points_ = points_ > too_many / size ? too_many : points_ * size;
}

std::vector<std::size_t> Grid::at(std::size_t point) const {
  std::vector<std::size_t> values(sizes_.size());
  for (std::size_t axis = sizes_.size(); axis-- > 0;) {
    values[axis] = point % sizes_[axis];
    point /= sizes_[axis];
  }
  return values;
}

Permutation::Permutation(std::uint64_t size, std::uint64_t seed, std::uint64_t key)
    : size_(size), seed_(seed), key_(key) {
  while (half_bits_ < 32 && (std::uint64_t{1} << (2 * half_bits_)) < size) ++half_bits_;
}

std::uint64_t Permutation::operator()(std::uint64_t element) const {
  constexpr std::uint64_t rounds = 8;
  const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  do {
    std::uint64_t left = element >> half_bits_;
    std::uint64_t right = element & mask;
    for (std::uint64_t round = 0; round < rounds; ++round) {
      const std::uint64_t turned = left ^ (Stream(seed_, round, key_, right).bits() & mask);
      left = std::exchange(right, turned);
    }
    element = left << half_bits_ | right;
  } while (element >= size_);
  return element;
}

double LatinHypercube::at(std::size_t sample, std::uint64_t key) const {
  const std::uint64_t stratum = Permutation(samples_, seed_, key)(sample);
  const double within = Stream(seed_, samples_, key, stratum).uniform();
  const double position = (static_cast<double>(stratum) + within) / static_cast<double>(samples_);
  // Rounding must not lift a sample out of its stratum.
  const double end = static_cast<double>(stratum + 1) / static_cast<double>(samples_);
  return position < end ? position : static_cast<double>(stratum) / static_cast<double>(samples_);
}

}  // namespace sim
