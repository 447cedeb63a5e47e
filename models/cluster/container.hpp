// SPDX-License-Identifier: MIT
// One container: a listen queue, worker processes in slots, memory with its limit, and what starts and ends them:
// spawn, recycling, OOM kills and restarts.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "models/cluster/busy_stretches.hpp"
#include "models/host/host.hpp"
#include "models/runtime/registry.hpp"
#include "models/runtime/worker_process.hpp"
#include "sim/random/stream.hpp"

namespace models {

// What a container needs of the service around it.
class RequestSink {
 public:
  virtual ~RequestSink() = default;
  // Tells the client what has become of its request.
  void settle(sim::Simulation& simulation, Request& request, Outcome outcome) {
    request.outcome = outcome;
    if (request.client == nullptr) [[unlikely]] {
      settle_without_client(request);
      return;
    }
    sim::prefetch(request.client.address());
    __builtin_prefetch(request.connection);
    simulation.wake(request.client);
  }
  virtual DownstreamPool pool(int index, std::size_t container, std::size_t slot, std::size_t thread) = 0;

 private:
  virtual void settle_without_client(Request& request) = 0;
};

struct ContainerSetup {
  const Container& container;
  const Deployment& deployment;
  const Profile& profile;
  const ServerInfo& server;
  const RuntimeInfo& runtime;
  Count node_cores;
  bool keep_alive;
  std::uint64_t seed;
  std::uint64_t replication;
  std::size_t index;         // replica
  bool cold = false;         // its processes have to be spawned; else they serve from the first instant
};

class ContainerInstance final : public ProcessOwner {
 public:
  ContainerInstance(sim::Simulation& simulation, sim::SharedServer& cpu, sim::GroupId group, RequestSink& sink,
                    const ContainerSetup& setup);
  ~ContainerInstance() override;

  // A request arrives now over its connection, to be accepted first where that is new.
  void submit(Request& request, TimePoint now) {
    request.queued = now;
    request.opens_connection = false;
    WorkerProcess* const process = accepts_eagerly_ ? holder(*request.connection) : nullptr;
    if (process != nullptr) [[likely]] {
      enter();
      process->deliver(request);
    } else {
      queue_up(request);
    }
  }

  // The client has closed the connection.
  void close(Connection& connection);

  std::size_t in_flight() const { return in_flight_; }
  std::size_t processes_alive() const;
  std::uint64_t oom_kills() const { return oom_kills_; }
  const ContainerMemory& memory() const { return memory_; }
  sim::GroupId group() const { return group_; }
  double workers() const;
  // Requests that suffice to keep all workers busy.
  double enough_requests() const;
  double mean_busy_workers() const;
  double busy_share() const { return busy_.share(simulation_.now()); }
  Duration lock_held() const;          // of the busiest lock
  std::uint64_t handovers() const;
  void reset_statistics();

  sim::Simulation& simulation() { return simulation_; }

 private:
  struct Slot {
    std::unique_ptr<WorkerProcess> process;
    std::optional<sim::Process> spawning;
  };

  sim::Queue<Request*>& listen_queue() override { return listen_queue_; }
  void answered(Request& request, WorkerProcess& process) override;
  void retires(WorkerProcess& process) override;
  DownstreamPool pool(int index, WorkerProcess& process, std::size_t thread) override;

  void enter() {
    if (in_flight_++ == 0) busy_.begin(simulation_.now());
  }
  void leave() {
    if (--in_flight_ == 0) busy_.end(simulation_.now());
  }
  void queue_up(Request& request);
  void start_primary();
  sim::Process accept_for_all();
  void take_in(Request& request);
  void let_go(Connection& connection, WorkerProcess& process);
  WorkerProcess* holder(const Connection& connection) {
    WorkerProcess* process = slots_[connection.slot].process.get();
    const bool holds = process != nullptr && connection.process_number == process->number() && !process->retiring();
    return holds ? process : nullptr;
  }
  bool accept(Connection& connection);
  void accept_waiting();
  void wake_idle_in_vain(const WorkerProcess* winner);
  std::size_t slot_of(const WorkerProcess& process) const;

  void start_process(std::size_t slot);
  sim::Process boot();
  sim::Process spawn(std::size_t slot, TimePoint not_before);
  void end_process(std::size_t slot);
  void lose(Request& request);
  void replace_retired();
  void out_of_memory();
  void kill_group();
  sim::Process restart();

  sim::Simulation& simulation_;
  sim::SharedServer& cpu_;
  sim::GroupId group_;
  RequestSink& sink_;
  ContainerSetup setup_;
  Count backlog_;
  Count worker_connections_;
  bool accepts_eagerly_;    // the server does
  bool keeps_connections_;  // with the process that accepted them, for further requests
  sim::Timer oom_timer_;
  sim::Timer retire_timer_;
  ContainerMemory memory_;
  CacheWarmth caches_;
  ProcessContext context_;
  sim::Queue<Request*> listen_queue_;  // of the idle workers, or of the primary
  std::optional<sim::Process> primary_;
  Request* at_primary_ = nullptr;      // being handed over
  std::deque<Request*> not_accepted_;  // eager servers: connections beyond worker_connections
  std::vector<Slot> slots_;
  sim::Stream accept_choice_;
  std::optional<std::size_t> last_acceptor_;
  std::uint64_t next_number_ = 1;
  std::size_t in_flight_ = 0;
  BusyStretches busy_;
  std::uint64_t oom_kills_ = 0;
  bool down_ = false;
  std::optional<sim::Process> restarting_;
  std::optional<sim::Process> booting_;
  Duration backoff_;
  TimePoint started_;
};

}  // namespace models
