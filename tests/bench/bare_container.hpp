// SPDX-License-Identifier: MIT
// The container of container_case.hpp by hand: a FIFO of requests and a count of idle threads in each
// process, cores shared equally by attained service, a quota, memory. Nothing that the case does not ask for,
// and no checks. It draws what the container model draws, so both must give the same answer.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "sim/random/stream.hpp"
#include "tests/bench/bare_cores.hpp"
#include "tests/bench/container_case.hpp"

namespace bare {

// Latencies in 128 buckets an octave from 2^-30 s on.
class Latencies {
 public:
  void add(double seconds) {
    ++count_;
    sum_ += seconds;
    ++buckets_[std::min(bucket(std::max(seconds, 0x1p-30)), buckets_.size() - 1)];
  }
  std::uint64_t count() const { return count_; }
  double mean() const { return sum_ / static_cast<double>(count_); }
  double quantile(double p) const {
    const auto rank = static_cast<std::uint64_t>(std::ceil(p * static_cast<double>(count_)));
    std::size_t at = 0;
    for (std::uint64_t below = buckets_[0]; below < rank; below += buckets_[at]) ++at;
    return 0.5 * (lower_end(at) + lower_end(at + 1));
  }

 private:
  static constexpr std::uint64_t first = std::bit_cast<std::uint64_t>(0x1p-30) >> 45;
  static std::size_t bucket(double seconds) { return (std::bit_cast<std::uint64_t>(seconds) >> 45) - first; }
  static double lower_end(std::size_t bucket) { return std::bit_cast<double>((bucket + first) << 45); }

  std::vector<std::uint32_t> buckets_ = std::vector<std::uint32_t>(50 * 128);
  std::uint64_t count_ = 0;
  double sum_ = 0.0;
};

class Container {
 public:
  Container(const bench::ContainerCase& wanted, std::uint64_t replication)
      : case_(wanted),
        processes_(wanted.processes),
        clients_(wanted.connections),
        cpu_(wanted.cores, wanted.quota, bench::quota_period, cpu_timer) {
    for (std::uint32_t i = 0; i < wanted.connections; ++i) {
      demand_.emplace_back(1, replication, "demand", i);
      clients_[i].process = i / (wanted.connections / wanted.processes);
    }
    for (Process& process : processes_) process = {wanted.threads, wanted.shared_bytes, 0.0, 0.0, {}};
    keep_per_request_ = std::exp(-1.0 / wanted.decay_requests);
    charge_ = wanted.shared_bytes + wanted.processes * (wanted.process_bytes - wanted.shared_bytes);
    charge_max_ = charge_;
    sim::Stream phases(1, replication, "quota_phase", 0);
    if (wanted.quota < Cores::infinity) heap_.push(phases.uniform() * bench::quota_period, refill);
  }

  bench::ContainerAnswer run(double length) {
    for (std::uint32_t client = 0; client < clients_.size(); ++client) issue(client);
    cpu_.plan(now_, heap_);
    for (;;) {
      double time = 0.0;
      const std::uint32_t kind = heap_.pop(time);
      if (time > length) break;
      now_ = time;
      switch (kind) {
        case cpu_timer:
          if (const auto client = cpu_.fire(now_)) end_burst(*client);
          break;
        case refill:
          cpu_.begin_period(now_);
          heap_.push(now_ + bench::quota_period, refill);
          break;
        default:
          start_burst(kind);
      }
      cpu_.plan(now_, heap_);
    }
    now_ = length;
    cpu_.advance(now_);
    change_memory(0.0);
    return {latencies_.count(),        latencies_.mean(), latencies_.quantile(0.99),
            charge_integral_ / length, charge_max_,       cpu_.throttled_time()};
  }

 private:
  // Below these a kind is a client whose request has waited long enough.
  enum Kind : std::uint32_t { cpu_timer = 0xffffff, refill = 0xfffffe };

  struct Process {
    std::uint32_t idle_threads = 0;
    double still_shared = 0.0;
    double live = 0.0;       // bytes of requests in flight
    double most_live = 0.0;  // so far
    Queue<std::uint32_t> waiting;  // clients
  };
  struct Client {
    double issued = 0.0;
    std::array<double, 3> demand{};
    std::uint32_t process = 0;
    bool waited = false;
  };

  void issue(std::uint32_t number) {
    Client& client = clients_[number];
    sim::Stream& demand = demand_[number];
    client.issued = now_;
    client.demand = {case_.burst * demand.exponential(), case_.wait * demand.exponential(),
                     case_.burst * demand.exponential()};
    client.waited = false;
    Process& process = processes_[client.process];
    if (process.idle_threads == 0) {
      process.waiting.push(number);
      return;
    }
    --process.idle_threads;
    take_up(number);
  }

  // What requests free their process keeps for the next ones.
  void take_up(std::uint32_t number) {
    Process& process = processes_[clients_[number].process];
    process.live += case_.request_bytes;
    if (process.live > process.most_live) {
      change_memory(process.live - process.most_live);
      process.most_live = process.live;
    }
    start_burst(number);
  }

  void finish(std::uint32_t number) {
    Client& client = clients_[number];
    Process& process = processes_[client.process];
    latencies_.add(now_ - client.issued);
    const double copied = process.still_shared * (1.0 - keep_per_request_);
    process.still_shared -= copied;
    process.live -= case_.request_bytes;
    change_memory(copied);
    if (process.waiting.size() > 0) {
      take_up(process.waiting.pop());
    } else {
      ++process.idle_threads;
    }
    issue(number);
  }

  void change_memory(double bytes) {
    charge_integral_ += charge_ * (now_ - charge_as_of_);
    charge_as_of_ = now_;
    charge_ += bytes;
    charge_max_ = std::max(charge_max_, charge_);
    if (charge_ > case_.memory_limit) std::abort();
  }

  void start_burst(std::uint32_t number) {
    const Client& client = clients_[number];
    cpu_.start(now_, client.demand[client.waited ? 2 : 0], number);
  }

  void end_burst(std::uint32_t number) {
    Client& client = clients_[number];
    if (client.waited) {
      finish(number);
    } else {
      client.waited = true;
      heap_.push(now_ + client.demand[1], number);
    }
  }

  bench::ContainerCase case_;
  std::vector<Process> processes_;
  std::vector<Client> clients_;
  std::vector<sim::Stream> demand_;  // by client
  Heap heap_;
  Cores cpu_;
  double now_ = 0.0;

  double keep_per_request_ = 1.0;
  double charge_ = 0.0;
  double charge_max_ = 0.0;
  double charge_integral_ = 0.0;
  double charge_as_of_ = 0.0;
  Latencies latencies_;
};

}  // namespace bare
