// SPDX-License-Identifier: MIT
#include "tools/host/core_scaling.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <latch>
#include <thread>

#include "tools/host/clocks.hpp"
#include "tools/host/cores.hpp"
#include "tools/host/samples.hpp"

namespace host {
namespace {

constexpr std::size_t streamed_words = std::size_t{32} * 1024 * 1024 / sizeof(std::uint64_t);
constexpr std::size_t words_a_unit = streamed_words / 64;

// One unit takes some hundred microseconds.
std::uint64_t compute_unit() {
  std::uint64_t value = 88172645463325252u;
  for (int i = 0; i < 100'000; ++i) {
    value ^= value << 13;
    value ^= value >> 7;
    value ^= value << 17;
  }
  return value;
}

class Stream {
 public:
  Stream() : words_(streamed_words, 1) {}

  void unit() {
    for (std::size_t i = 0; i < words_a_unit; ++i) words_[at_ + i] += i;
    keep(words_[at_]);
    at_ = (at_ + words_a_unit) % streamed_words;
  }

 private:
  std::vector<std::uint64_t> words_;
  std::size_t at_ = 0;
};

}  // namespace

double throughput(Work work, std::size_t threads, double seconds, const std::vector<int>& cores) {
  std::latch ready(static_cast<std::ptrdiff_t>(threads) + 1);
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> units{0};
  std::vector<std::thread> workers;
  for (std::size_t i = 0; i < threads; ++i) {
    workers.emplace_back([&, core = cores[i % cores.size()]] {
      const PinnedTo pinned(core);
      std::uint64_t done = 0;
      if (work == Work::memory) {
        Stream stream;
        ready.arrive_and_wait();
        for (; !stop.load(std::memory_order_relaxed); ++done) stream.unit();
      } else {
        ready.arrive_and_wait();
        for (; !stop.load(std::memory_order_relaxed); ++done) keep(compute_unit());
      }
      units += done;
    });
  }
  ready.arrive_and_wait();
  const double start = wall_seconds();
  std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  stop = true;
  const double elapsed = wall_seconds() - start;
  for (std::thread& worker : workers) worker.join();
  return static_cast<double>(units.load()) / elapsed;
}

std::vector<std::size_t> measured_counts(std::size_t cores) {
  std::vector<std::size_t> counts;
  for (std::size_t k = 1; k < cores; k += std::max<std::size_t>(1, k / 6)) counts.push_back(k);
  counts.push_back(cores);
  return counts;
}

std::vector<double> scaling_curve(const std::vector<std::size_t>& counts, const std::vector<double>& over_one) {
  std::vector<double> curve;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::size_t from = curve.size();
    const double base = curve.empty() ? 0.0 : curve.back();
    for (std::size_t k = from + 1; k <= counts[i]; ++k) {
      const double share = static_cast<double>(k - from) / static_cast<double>(counts[i] - from);
      const double value = base + share * (over_one[i] - base);
      curve.push_back(rounded(std::clamp(value, std::min(1.0, over_one[0]), static_cast<double>(k))));
    }
  }
  if (!curve.empty()) curve.front() = 1.0;
  return curve;
}

}  // namespace host
