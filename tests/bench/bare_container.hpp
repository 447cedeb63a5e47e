// SPDX-License-Identifier: MIT
// A container by hand: closed clients, a FIFO pool of workers, two CPU bursts around a wait, cores shared equally by
// attained service. No lock, memory, quota, connections or statistics beyond the mean.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <queue>
#include <vector>

#include "sim/random/stream.hpp"
#include "tests/bench/bare_loop.hpp"

namespace bare {

class ContainerModel {
 public:
  ContainerModel(std::uint32_t clients, std::uint32_t workers, double cores)
      : free_workers_(workers), cores_(cores), issued_(clients, 0.0), phase_(clients, 0) {
    for (std::uint32_t i = 0; i < clients; ++i) demand_.emplace_back(1, 0, "demand", i);
  }

  // Mean latency over `wanted` requests of burst + wait + burst.
  double run(std::uint64_t wanted, double burst, double wait) {
    burst_ = burst;
    wait_ = wait;
    for (std::uint32_t client = 0; client < issued_.size(); ++client) arrive(client);
    while (done_ < wanted) {
      double time = 0.0;
      const std::uint32_t kind = heap_.pop(time);
      if (kind == cpu_timer) {
        if (time != timer_due_) continue;
        now_ = time;
        complete_bursts();
      } else {
        now_ = time;
        start_burst(kind);
      }
    }
    return total_ / static_cast<double>(done_);
  }

 private:
  static constexpr std::uint32_t cpu_timer = 0xffffff;

  struct Finish {
    double reading;
    std::uint32_t client;
    bool operator>(const Finish& other) const { return reading > other.reading; }
  };

  void arrive(std::uint32_t client) {
    issued_[client] = now_;
    if (free_workers_ == 0) {
      waiting_.push_back(client);
      return;
    }
    --free_workers_;
    start_burst(client);
  }

  void start_burst(std::uint32_t client) {
    advance();
    running_.push({clock_ + burst_ * demand_[client].exponential(), client});
    plan();
  }

  void complete_bursts() {
    advance();
    const std::uint32_t client = running_.top().client;
    running_.pop();
    plan();
    if (phase_[client] == 0) {
      phase_[client] = 1;
      heap_.push(now_ + wait_ * demand_[client].exponential(), client);
      return;
    }
    phase_[client] = 0;
    total_ += now_ - issued_[client];
    ++done_;
    ++free_workers_;
    if (!waiting_.empty()) {
      const std::uint32_t next = waiting_.front();
      waiting_.pop_front();
      --free_workers_;
      start_burst(next);
    }
    arrive(client);
  }

  double rate() const { return std::min(1.0, cores_ / static_cast<double>(running_.size())); }
  void advance() {
    if (!running_.empty()) clock_ += (now_ - as_of_) * rate();
    as_of_ = now_;
  }
  void plan() {
    if (running_.empty()) {
      timer_due_ = -1.0;
      return;
    }
    timer_due_ = std::max(now_, now_ + (running_.top().reading - clock_) / rate());
    heap_.push(timer_due_, cpu_timer);
  }

  Heap heap_;
  std::uint32_t free_workers_;
  double cores_;
  std::deque<std::uint32_t> waiting_;
  std::vector<double> issued_;
  std::vector<std::uint8_t> phase_;
  std::vector<sim::Stream> demand_;
  std::priority_queue<Finish, std::vector<Finish>, std::greater<>> running_;
  double now_ = 0.0;
  double clock_ = 0.0;
  double as_of_ = 0.0;
  double timer_due_ = -1.0;
  double burst_ = 0.0;
  double wait_ = 0.0;
  double total_ = 0.0;
  std::uint64_t done_ = 0;
};

}  // namespace bare
