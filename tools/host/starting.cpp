// SPDX-License-Identifier: MIT
#include "tools/host/starting.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>
#include <vector>

#include "tools/host/clocks.hpp"
#include "tools/host/samples.hpp"

namespace host {
namespace {

constexpr std::size_t page_bytes = 4096;
constexpr std::size_t mib = std::size_t{1024} * 1024;

// Touched anonymous memory in small pages, as most of an interpreter's heap has.
class Heap {
 public:
  explicit Heap(std::size_t bytes) : bytes_(bytes) {
    if (bytes_ == 0) return;
    void* got = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (got == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "no memory to fork");
    memory_ = static_cast<volatile char*>(got);
    ::madvise(got, bytes_, MADV_NOHUGEPAGE);
    touch();
  }
  ~Heap() {
    if (memory_) ::munmap(const_cast<char*>(memory_), bytes_);
  }
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  void touch() {
    for (std::size_t at = 0; at < bytes_; at += page_bytes) memory_[at] = static_cast<char>(memory_[at] + 1);
  }

 private:
  volatile char* memory_ = nullptr;
  std::size_t bytes_;
};

template <class Child>
double seconds_of_child(Child child) {
  const double start = wall_seconds();
  const pid_t pid = ::fork();
  if (pid == 0) {
    child();
    ::_exit(127);
  }
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return wall_seconds() - start;
}

double median_of(int count, const auto& one) {
  Samples samples;
  for (int i = 0; i < count; ++i) samples.push_back(one());
  return quartiles(samples).median;
}

}  // namespace

double thread_start_seconds(int count) {
  return median_of(count, [] {
    const double start = wall_seconds();
    std::thread([] {}).join();
    return wall_seconds() - start;
  });
}

double process_start_seconds(int count) {
  return median_of(count, [] {
    return seconds_of_child([] { ::execl("/bin/true", "true", static_cast<char*>(nullptr)); });
  });
}

double fork_seconds(std::size_t heap_mib, int count) {
  const Heap heap(heap_mib * mib);
  return median_of(count, [] { return seconds_of_child([] { ::_exit(0); }); });
}

ForkCost fork_cost(std::size_t largest_mib, int count) {
  // y = base + per_mib x over x = 0, 1/4, 1/2, 1 of the largest heap.
  double none = 0.0;
  double n = 0.0;
  double sum_x = 0.0;
  double sum_y = 0.0;
  double sum_xx = 0.0;
  double sum_xy = 0.0;
  for (const std::size_t size : {std::size_t{0}, largest_mib / 4, largest_mib / 2, largest_mib}) {
    const double x = static_cast<double>(size);
    const double y = fork_seconds(size, count);
    if (size == 0) none = y;
    n += 1.0;
    sum_x += x;
    sum_y += y;
    sum_xx += x * x;
    sum_xy += x * y;
  }
  const double slope = (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x);
  return {none, std::max(slope, 0.0)};
}

double copy_on_write_seconds(std::size_t pages) {
  Heap heap(pages * page_bytes);
  int gate[2];
  if (::pipe(gate) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const pid_t sharer = ::fork();
  if (sharer == 0) {
    ::close(gate[1]);
    char byte = 0;
    // Ends when the parent closes its end, or is gone.
    while (::read(gate[0], &byte, 1) < 0 && errno == EINTR) {
    }
    ::_exit(0);
  }
  ::close(gate[0]);
  if (sharer < 0) {
    ::close(gate[1]);
    throw std::system_error(errno, std::generic_category(), "fork");
  }
  const double start = thread_cpu_seconds();
  heap.touch();
  const double copied = thread_cpu_seconds() - start;
  ::close(gate[1]);
  ::waitpid(sharer, nullptr, 0);
  return copied / static_cast<double>(pages);
}

}  // namespace host
