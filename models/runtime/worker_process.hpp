// SPDX-License-Identifier: MIT
// A worker process of a container: the frame that every concurrency model fills. It holds the requests that were
// accepted and not yet answered, so that a kill loses exactly those.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/host/memory.hpp"
#include "models/profile/profile.hpp"
#include "models/runtime/cache_warmth.hpp"
#include "models/runtime/deployment.hpp"
#include "models/runtime/request.hpp"
#include "models/runtime/server.hpp"
#include "sim/core/process.hpp"
#include "sim/core/simulation.hpp"
#include "sim/core/stack.hpp"
#include "sim/random/stream.hpp"
#include "sim/resource/job.hpp"
#include "sim/resource/pool.hpp"
#include "sim/resource/queue.hpp"
#include "sim/resource/shared_server.hpp"
#include "sim/stats/time_average.hpp"

namespace models {

// A client's connection: where it leads and which process holds it.
struct Connection {
  std::size_t container = 0;         // replica
  std::size_t slot = 0;              // of the container's processes
  std::uint64_t process_number = 0;  // of the process that holds it; 0: not accepted (yet, or any more)
  std::optional<std::size_t> forced_slot;
};

// A pool of downstream tokens: those of one scope, and of the whole service where it has a limit of its own.
struct DownstreamPool {
  sim::Pool* local = nullptr;
  sim::Pool* service = nullptr;  // null: no limit beyond `local`
};

// A token of a pool, given back with the scope that holds it.
class Token {
 public:
  explicit Token(sim::Pool& pool) : pool_(pool) {}
  Token(const Token&) = delete;
  Token& operator=(const Token&) = delete;
  ~Token() { pool_.release(); }

 private:
  sim::Pool& pool_;
};

// What a process needs of the container around it.
class ProcessOwner {
 public:
  virtual ~ProcessOwner() = default;
  // The next request of the shared listen queue; for servers that accept when idle.
  virtual sim::Queue<Request*>& listen_queue() = 0;
  // `request` is answered; the owner may not destroy the process during the call.
  virtual void answered(Request& request, WorkerProcess& process) = 0;
  // The process has served max_requests and wants to be replaced.
  virtual void retires(WorkerProcess& process) = 0;
  virtual DownstreamPool pool(int index, WorkerProcess& process, std::size_t thread) = 0;
};

// Everything that the processes of a container share.
struct ProcessContext {
  sim::Simulation& simulation;
  sim::SharedServer& cpu;
  sim::GroupId group;
  Count node_cores;
  const Profile& profile;
  const Deployment& deployment;
  const ServerInfo& server;
  ProcessOwner& owner;
  ContainerMemory& memory;
  CacheWarmth& caches;
  std::uint64_t seed;
  std::uint64_t replication;
};

class WorkerProcess {
 public:
  // `number` is unique among all processes ever started in the simulation.
  WorkerProcess(ProcessContext& context, std::uint64_t number);
  virtual ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  // A request has arrived on a connection that this process holds; for servers that accept eagerly.
  void deliver(Request& request) {
    hold(request);
    if (inbox_ != nullptr) {
      inbox_->put(&request);
    } else {
      on_delivery(request);
    }
  }

  // An arrival that another process got woke this idle one in vain.
  void wake_in_vain();

  virtual bool is_idle() const = 0;    // has a thread that waits for connections
  virtual double workers() const = 0;  // threads that carry requests
  virtual double mean_busy_workers() const { return busy_.mean(context_.simulation.now()); }
  virtual Duration lock_held() const { return {}; }  // the busiest interpreter lock's, since the last reset
  virtual std::uint64_t handovers() const { return 0; }
  virtual void reset_statistics() { busy_.reset(context_.simulation.now()); }

  sim::Simulation& simulation() { return context_.simulation; }
  std::uint64_t number() const { return number_; }
  const sim::Stack<Request*>& in_flight() const { return in_flight_; }
  ProcessMemory& memory() { return memory_; }
  bool retiring() const { return retiring_; }
  Count connections = 0;                   // open ones, counted by the container

 protected:
  // The model's part of deliver(): a queue, or else a function.
  sim::Queue<Request*>* inbox_ = nullptr;
  virtual void on_delivery(Request& /*request*/) {}

  // Bookkeeping of a request: `hold` when the process becomes responsible for it, `take_up` when a worker begins,
  // `finish` when it is answered.
  void hold(Request& request) {
    request.process = this;
    request.place = static_cast<std::uint32_t>(in_flight_.size());
    in_flight_.push_back(&request);
  }
  void take_up(Request& request) {
    request.worker_wait = context_.simulation.now() - request.queued;
    if (context_.memory.requests_matter()) context_.memory.take_up(memory_);
  }
  // Inlined, because the coroutines that call it have saved all registers that it needs.
  [[gnu::always_inline]] inline void finish(Request& request);

  // A worker thread begins or ends to be of use to a request.
  void worker_busy() { busy_.add(context_.simulation.now(), 1.0); }
  void worker_free() { busy_.add(context_.simulation.now(), -1.0); }
  double busy_workers() const { return busy_.value(); }

  // A coroutine that lives as long as the process.
  void own(sim::Process coroutine) { coroutines_.push_back(coroutine); }

  // Ends all coroutines, those of requests included; a derived destructor calls it before its members go.
  void stop();

  // CPU time of taking up a request that opened its connection.
  Duration accept_cpu(const Request& request) const {
    return request.opens_connection ? context_.profile.accept.connection_cpu.value : Duration{};
  }

  // CPU time that `work` for this request takes as the caches are now. Until computed() they stay in use.
  Duration computing(const Request& request, Duration work) {
    return warms_caches_ && request.kernel->cold_factor > 0.0 ? on_caches(work, request.kernel->cold_factor) : work;
  }
  void computed(const Request& request) {
    if (warms_caches_ && request.kernel->cold_factor > 0.0) off_caches();
  }

  // A wait phase: sleeps for `time`, holding a token of the phase's pool if it names one.
  sim::Task wait_downstream(Request& request, const CompiledPhase& phase, Duration time, std::size_t thread);

  ProcessContext& context_;

 private:
  sim::Process burn_wakeup();
  void retire();
  Duration on_caches(Duration work, double cold_factor);
  void off_caches();

  std::uint64_t number_;
  ProcessMemory memory_;
  sim::Stack<Request*> in_flight_;
  std::vector<sim::Process> coroutines_;
  std::optional<sim::Process> wakeup_;
  sim::Job wakeup_job_;
  sim::TimeMean busy_;
  Count requests_left_ = 0;  // until it retires; without limit where it starts at 0
  bool warms_caches_;        // some kernel of the profile does
  bool retiring_ = false;
};

inline void WorkerProcess::finish(Request& request) {
  Request* const last = in_flight_.pop_back();
  in_flight_[request.place] = last;
  last->place = request.place;
  request.carrier.reset();
  if (context_.memory.requests_matter()) {
    context_.memory.finish(memory_, request.kernel->place, !in_flight_.empty(), request.opens_connection);
  }
  context_.owner.answered(request, *this);
  if (--requests_left_ == 0) [[unlikely]]
    retire();
}

}  // namespace models
