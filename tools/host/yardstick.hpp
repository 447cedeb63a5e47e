// SPDX-License-Identifier: MIT
// How fast one core is, in three fixed pieces of work whose rates are stated over those of a reference. The speed of
// the host is their geometric mean; services are mixtures of such work, so it carries their CPU times from one host
// to another, roughly.
//
//   integer    chains of dependent 32-bit additions, rotations and exclusive ors, as in SHA-256: steps per second
//   branches   a small bytecode with an accumulator, a table and data-dependent jumps, dispatched by a switch:
//              instructions per second
//   memory     a random cycle through 512 KiB, each load telling where the next one is: loads per second
//
// The reference is about one core of an AMD EPYC (Zen 4) virtual machine of 2026, compiled by g++ 12 -O3; the figures
// are round and never change, for scores would change with them.
#pragma once

#include <cstdint>
#include <vector>

namespace host {

inline constexpr double reference_integer_rate = 600e6;
inline constexpr double reference_branches_rate = 380e6;
inline constexpr double reference_memory_rate = 250e6;

class Yardstick {
 public:
  Yardstick();

  // Each takes about this many seconds of CPU time and returns a rate over the reference's. Rates are per CPU second of
  // the thread: what others take from the core does not count.
  double integer(double seconds) const;
  double branches(double seconds) const;
  double memory(double seconds) const;

 private:
  std::vector<std::uint32_t> cycle_;
  std::vector<std::uint8_t> program_;
};

}  // namespace host
