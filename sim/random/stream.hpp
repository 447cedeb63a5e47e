// SPDX-License-Identifier: MIT
// A stream of random numbers, named by (seed, replication, purpose, entity): whoever asks for the same name
// gets the same numbers, whatever else the simulation does. The same bits on every platform. Generator: sfc64
// (Chris Doty-Humphrey's Small Fast Chaotic generator: 256 bits of state with a counter, so no period is
// below 2^64).
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/random/ziggurat.hpp"

namespace sim {

// 64 bits that name a purpose (FNV-1a).
constexpr std::uint64_t purpose_key(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char letter : name) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x00000100000001b3;
  return hash;
}

class Stream {
 public:
  Stream(std::uint64_t seed, std::uint64_t replication, std::uint64_t purpose, std::uint64_t entity);
  Stream(std::uint64_t seed, std::uint64_t replication, std::string_view purpose, std::uint64_t entity)
      : Stream(seed, replication, purpose_key(purpose), entity) {}

  std::uint64_t bits() {
    const std::uint64_t result = a_ + b_ + counter_++;
    a_ = b_ ^ (b_ >> 11);
    b_ = c_ + (c_ << 3);
    c_ = (c_ << 24 | c_ >> 40) + result;
    return result;
  }

  // [0, 1), a multiple of 2^-53.
  double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

  // 0 .. n-1, each equally likely; n > 0.
  std::uint64_t below(std::uint64_t n);

  // Mean 1.
  double exponential() {
    const std::uint64_t word = bits();
    const auto& layer = exponential_ziggurat.layer[word & 255];
    const std::uint64_t position = word >> 11;
    if (position < layer.inside) [[likely]]
      return static_cast<double>(position) * layer.width;
    return rare_exponential(*this, word);
  }

  // Mean 0, variance 1.
  double normal() {
    const std::uint64_t word = bits();
    const auto& layer = normal_ziggurat.layer[word & 255];
    const std::uint64_t position = word >> 11;
    if (position < layer.inside) [[likely]]
      return with_sign(word, static_cast<double>(position) * layer.width);
    return rare_normal(*this, word);
  }

  // Density x^(shape-1) e^-x / Gamma(shape): mean and variance are `shape`, which must be positive.
  double gamma(double shape);

 private:
  // Bit 8 is used neither for the layer (0..7) nor for the position (11..63).
  static double with_sign(std::uint64_t word, double magnitude) {
    return word & 256 ? -magnitude : magnitude;
  }
  static double rare_exponential(Stream& stream, std::uint64_t word);
  static double rare_normal(Stream& stream, std::uint64_t word);

  std::uint64_t a_;
  std::uint64_t b_;
  std::uint64_t c_;
  std::uint64_t counter_ = 1;
};

}  // namespace sim
