// SPDX-License-Identifier: MIT
#include "sim/random/stream.hpp"

#include <cmath>

namespace sim {

namespace {

// NOLINTNEXTLINE(modernize-use-using): only a typedef takes __extension__.
__extension__ typedef unsigned __int128 uint128;

// A bijection in which every input bit changes every output bit with probability about 1/2 (two rounds of
// xor, shift and multiply).
std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93;
  x ^= x >> 32;
  x *= 0xd6e8feb86659fd93;
  x ^= x >> 32;
  return x;
}

// Absorbs one key; the odd constant keeps zero keys from leaving a zero state alone.
std::uint64_t absorb(std::uint64_t state, std::uint64_t key) {
  return mix(state * 0x9e3779b97f4a7c15 + mix(key) + 1);
}

}  // namespace

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the words are set through pointers.
Stream::Stream(std::uint64_t seed, std::uint64_t replication, std::uint64_t purpose, std::uint64_t entity) {
  std::uint64_t* const words[] = {&a_, &b_, &c_};
  std::uint64_t word = 0;
  for (std::uint64_t* const target : words) {
    std::uint64_t state = mix(++word);
    for (const std::uint64_t key : {seed, replication, purpose, entity}) state = absorb(state, key);
    *target = state;
  }
  for (int i = 0; i < 12; ++i) bits();
}

// Lemire, ACM TOMACS 29(1), 2019: multiply into 128 bits and reject the few low parts that would be counted
// once too often.
std::uint64_t Stream::below(std::uint64_t n) {
  uint128 product = static_cast<uint128>(bits()) * n;
  if (static_cast<std::uint64_t>(product) < n) {
    const std::uint64_t rejected = -n % n;
    while (static_cast<std::uint64_t>(product) < rejected) product = static_cast<uint128>(bits()) * n;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

// Beyond the rectangle of a layer: tail, or wedge between two layers, or the next try. Out of line and with
// the state passed by reference, so that the quick path keeps the state in registers.
[[gnu::cold, gnu::noinline]] double Stream::rare_exponential(Stream& stream, std::uint64_t word) {
  const Ziggurat& table = exponential_ziggurat;
  for (;;) {
    const std::uint64_t i = word & 255;
    const std::uint64_t position = word >> 11;
    const double x = static_cast<double>(position) * table.layer[i].width;
    if (position < table.layer[i].inside) return x;
    // The exponential distribution has no memory: its tail is itself.
    if (i == 0) return table.edge + stream.exponential();
    const double y = table.height[i] + stream.uniform() * (table.height[i + 1] - table.height[i]);
    if (y < exp_portable(-x)) return x;
    word = stream.bits();
  }
}

[[gnu::cold, gnu::noinline]] double Stream::rare_normal(Stream& stream, std::uint64_t word) {
  const Ziggurat& table = normal_ziggurat;
  for (;;) {
    const std::uint64_t i = word & 255;
    const std::uint64_t position = word >> 11;
    const double x = static_cast<double>(position) * table.layer[i].width;
    if (position < table.layer[i].inside) return with_sign(word, x);
    if (i == 0) {
      // Marsaglia's tail: an exponential step beyond the edge, thinned to the normal density.
      for (;;) {
        const double step = stream.exponential() / table.edge;
        if (2.0 * stream.exponential() > step * step) return with_sign(word, table.edge + step);
      }
    }
    const double y = table.height[i] + stream.uniform() * (table.height[i + 1] - table.height[i]);
    if (y < exp_portable(-0.5 * x * x)) return with_sign(word, x);
    word = stream.bits();
  }
}

// Marsaglia & Tsang, ACM TOMS 26(3), 2000. Below shape 1: gamma(shape) = gamma(shape + 1) U^(1/shape).
double Stream::gamma(double shape) {
  if (shape < 1.0) {
    // A uniform number in (0, 1], because its logarithm is taken.
    const double u = 1.0 - uniform();
    return gamma(shape + 1.0) * exp_portable(log_portable(u) / shape);
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = normal();
    const double root = 1.0 + c * x;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    const double u = 1.0 - uniform();
    if (log_portable(u) < 0.5 * x * x + d - d * v + d * log_portable(v)) return d * v;
  }
}

}  // namespace sim
