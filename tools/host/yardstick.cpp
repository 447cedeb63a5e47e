// SPDX-License-Identifier: MIT
#include "tools/host/yardstick.hpp"

#include <bit>
#include <cstddef>
#include <numeric>
#include <utility>

#include "tools/host/clocks.hpp"

namespace host {
namespace {

constexpr std::size_t cycle_length = std::size_t{512} * 1024 / sizeof(std::uint32_t);

// Calls `work(steps)` until it has used the CPU time; steps per second.
template <class Work>
double rate(double seconds, std::uint64_t steps, Work work) {
  std::uint64_t done = 0;
  const double start = thread_cpu_seconds();
  double elapsed = 0.0;
  do {
    work(steps);
    done += steps;
    elapsed = thread_cpu_seconds() - start;
  } while (elapsed < seconds);
  return static_cast<double>(done) / elapsed;
}

std::uint32_t hash_steps(std::uint64_t steps) {
  std::uint32_t a = 0x6a09e667u;
  std::uint32_t b = 0xbb67ae85u;
  std::uint32_t c = 0x3c6ef372u;
  for (std::uint64_t i = 0; i < steps; ++i) {
    const std::uint32_t mixed = (std::rotr(a, 6) ^ std::rotr(a, 11) ^ std::rotr(a, 25)) + ((a & b) ^ (~a & c));
    c = b;
    b = a;
    a = mixed + static_cast<std::uint32_t>(i);
  }
  return a;
}

std::uint64_t interpret(const std::vector<std::uint8_t>& program, std::uint64_t instructions) {
  std::uint64_t accumulator = 1;
  std::uint64_t table[16] = {};
  std::size_t at = 0;
  const std::size_t end = program.size() - 1;
  for (std::uint64_t i = 0; i < instructions; ++i) {
    const std::uint8_t code = program[at];
    const std::size_t slot = code >> 4;
    at = at == end ? 0 : at + 1;
    switch (code & 7) {
      case 0: accumulator += table[slot]; break;
      case 1: table[slot] = accumulator; break;
      case 2: accumulator = accumulator * 6364136223846793005u + 1442695040888963407u; break;
      case 3: if (accumulator & (std::uint64_t{1} << 40)) at = (at + slot) & 1023; break;
      case 4: accumulator ^= accumulator >> 29; break;
      case 5: ++table[slot]; break;
      case 6: accumulator -= slot; break;
      default: std::swap(accumulator, table[slot]); break;
    }
  }
  return accumulator;
}

// Numbers without a meaning but the same everywhere.
class Scrambler {
 public:
  std::uint64_t operator()() {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return state_ >> 33;
  }

 private:
  std::uint64_t state_ = 42;
};

}  // namespace

Yardstick::Yardstick() : cycle_(cycle_length), program_(1024) {
  Scrambler scramble;
  std::iota(cycle_.begin(), cycle_.end(), 0u);
  // Sattolo's algorithm: one cycle through all elements.
  for (std::size_t i = cycle_length - 1; i > 0; --i) std::swap(cycle_[i], cycle_[scramble() % i]);
  for (std::uint8_t& code : program_) code = static_cast<std::uint8_t>(scramble());
}

double Yardstick::integer(double seconds) const {
  return rate(seconds, 200'000, [](std::uint64_t steps) { keep(hash_steps(steps)); }) / reference_integer_rate;
}

double Yardstick::branches(double seconds) const {
  return rate(seconds, 200'000, [this](std::uint64_t steps) { keep(interpret(program_, steps)); }) /
         reference_branches_rate;
}

double Yardstick::memory(double seconds) const {
  return rate(seconds, 100'000,
              [this, at = std::uint32_t{0}](std::uint64_t steps) mutable {
                for (std::uint64_t i = 0; i < steps; ++i) at = cycle_[at];
                keep(at);
              }) /
         reference_memory_rate;
}

}  // namespace host
