// SPDX-License-Identifier: MIT
#include "models/cluster/container.hpp"

#include <algorithm>
#include <utility>

namespace models {
namespace {

// A restarted container: the first time at once, then after 10 s, 20 s, ... up to 5 min; ten quiet minutes reset it.
// Source: Kubernetes documentation, Pod lifecycle, container restarts.
constexpr Duration first_backoff{10.0};
constexpr Duration longest_backoff{300.0};
constexpr Duration backoff_reset{600.0};

// A killed process is not back before this, whatever its spawn costs: processes that never fit would otherwise be
// killed and started for ever at one instant. (gunicorn's arbiter pauses up to 0.1 s after each spawn.)
constexpr Duration least_respawn{0.1};

// Cloud Run bills the time with a request in steps of 100 ms.
constexpr Duration billing_step{0.1};

MemoryLayout layout_of(const ContainerSetup& setup) {
  const bool interpreters = setup.runtime.name == subinterpreters_runtime.name;
  return {setup.deployment.preload, setup.deployment.freeze, setup.deployment.threads,
          interpreters ? setup.deployment.threads : 1, setup.deployment.processes, !setup.runtime.takes_any_number};
}

}  // namespace

ContainerInstance::ContainerInstance(sim::Simulation& simulation, sim::SharedServer& cpu, sim::GroupId group,
                                     RequestSink& sink, const ContainerSetup& setup)
    : simulation_(simulation),
      cpu_(cpu),
      group_(group),
      sink_(sink),
      setup_(setup),
      backlog_(setup.deployment.backlog.value_or(setup.server.backlog)),
      worker_connections_(setup.deployment.worker_connections.value_or(setup.server.worker_connections)),
      accepts_eagerly_(setup.server.accept == AcceptRule::eagerly),
      keeps_connections_(accepts_eagerly_ && setup.keep_alive),
      oom_timer_(simulation, [](void* self) { static_cast<ContainerInstance*>(self)->out_of_memory(); }, this),
      retire_timer_(simulation, [](void* self) { static_cast<ContainerInstance*>(self)->replace_retired(); }, this),
      memory_(simulation, setup.profile.memory, setup.profile.kernels, layout_of(setup), setup.container.limits.memory,
              oom_timer_),
      caches_(setup.profile.caches.cooling.value, setup.profile.caches.warming.value, setup.node_cores),
      context_{simulation,    cpu,   group,  setup.node_cores, setup.profile, setup.deployment, setup.server,
               *this, memory_, caches_, setup.seed, setup.replication},
      listen_queue_(simulation),
      slots_(static_cast<std::size_t>(setup.deployment.processes)),
      accept_choice_(setup.seed, setup.replication, "accept", setup.index),
      busy_(billing_step) {
  start_primary();
  if (setup.cold) {
    booting_ = boot();
  } else {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) start_process(slot);
  }
}

ContainerInstance::~ContainerInstance() {
  if (restarting_) restarting_->kill();
  if (booting_) booting_->kill();
  if (primary_) primary_->kill();
  for (Slot& slot : slots_) {
    if (slot.spawning) slot.spawning->kill();
  }
}

// --- Requests ---

// A request that no process holds yet.
[[gnu::noinline]] void ContainerInstance::queue_up(Request& request) {
  if (down_) {
    sink_.settle(simulation_, request, Outcome::refused);
    return;
  }
  enter();
  const bool waits_for_idle = setup_.server.accept == AcceptRule::when_idle;
  request.opens_connection = !waits_for_idle || request.connection->process_number == 0;
  if (!waits_for_idle && !primary_) {
    take_in(request);
    return;
  }
  if (listen_queue_.size() >= static_cast<std::size_t>(backlog_)) {
    leave();
    sink_.settle(simulation_, request, Outcome::refused);
    return;
  }
  if (waits_for_idle) wake_idle_in_vain(nullptr);
  listen_queue_.put(&request);
}

// The primary has no more to do with a connection that it has handed over.
sim::Process ContainerInstance::accept_for_all() {
  sim::Job job(cpu_, group_);
  for (;;) {
    at_primary_ = co_await listen_queue_.take();
    co_await job.use(setup_.profile.accept.primary_cpu.value);
    take_in(*std::exchange(at_primary_, nullptr));
  }
}

void ContainerInstance::start_primary() {
  if (setup_.server.primary && setup_.profile.accept.primary_cpu.value > Duration{}) primary_ = accept_for_all();
}

// To a process that takes its connection.
void ContainerInstance::take_in(Request& request) {
  Connection& connection = *request.connection;
  if (accept(connection)) {
    WorkerProcess* const process = holder(connection);
    wake_idle_in_vain(process);
    process->deliver(request);
  } else if (not_accepted_.size() < static_cast<std::size_t>(backlog_)) {
    not_accepted_.push_back(&request);
  } else {
    leave();
    sink_.settle(simulation_, request, Outcome::refused);
  }
}

void ContainerInstance::answered(Request& request, WorkerProcess& process) {
  leave();
  if (!keeps_connections_ || process.retiring()) [[unlikely]]
    let_go(*request.connection, process);
  sink_.settle(simulation_, request, Outcome::completed);
}

// A connection whose request is answered, where something may come of that.
[[gnu::noinline]] void ContainerInstance::let_go(Connection& connection, WorkerProcess& process) {
  if (setup_.server.accept == AcceptRule::when_idle) {
    connection.process_number = setup_.keep_alive ? process.number() : 0;
  } else if (!setup_.keep_alive || process.retiring()) {
    close(connection);
  }
  if (process.retiring() && process.in_flight().empty()) retire_timer_.schedule(simulation_.now());
}

void ContainerInstance::retires(WorkerProcess& process) {
  if (process.in_flight().empty()) retire_timer_.schedule(simulation_.now());
}

DownstreamPool ContainerInstance::pool(int index, WorkerProcess& process, std::size_t thread) {
  return sink_.pool(index, setup_.index, slot_of(process), thread);
}

// --- Accepting ---

// Gives the connection to a process that may take one more. An idle one comes first where busy ones do not accept. Among
// equals it is the last acceptor with the profile's stickiness, else one at random.
bool ContainerInstance::accept(Connection& connection) {
  const auto may_accept = [this](std::size_t slot) {
    const WorkerProcess* process = slots_[slot].process.get();
    return process != nullptr && !process->retiring() && process->connections < worker_connections_;
  };
  std::optional<std::size_t> chosen;
  if (connection.forced_slot) {
    if (may_accept(*connection.forced_slot)) chosen = connection.forced_slot;
  } else {
    std::size_t able = 0;
    std::size_t idle = 0;
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      if (!may_accept(slot)) continue;
      ++able;
      if (slots_[slot].process->is_idle()) ++idle;
    }
    if (able == 0) return false;
    const bool to_idle = setup_.server.acceptor != Acceptor::any && idle > 0;
    const auto is_candidate = [&](std::size_t slot) {
      return may_accept(slot) && (!to_idle || slots_[slot].process->is_idle());
    };
    const bool stays = accept_choice_.uniform() < setup_.profile.accept.stickiness.value.value;
    std::size_t place = accept_choice_.below(to_idle ? idle : able);
    if (stays && last_acceptor_ && is_candidate(*last_acceptor_)) {
      chosen = last_acceptor_;
    } else {
      for (std::size_t slot = 0; !chosen; ++slot) {
        if (is_candidate(slot) && place-- == 0) chosen = slot;
      }
    }
  }
  if (!chosen) return false;
  last_acceptor_ = chosen;
  connection.slot = *chosen;
  connection.process_number = slots_[*chosen].process->number();
  ++slots_[*chosen].process->connections;
  return true;
}

void ContainerInstance::close(Connection& connection) {
  if (WorkerProcess* process = slots_[connection.slot].process.get();
      process != nullptr && connection.process_number == process->number()) {
    --process->connections;
  }
  connection.process_number = 0;
  accept_waiting();
}

void ContainerInstance::accept_waiting() {
  while (!not_accepted_.empty() && accept(*not_accepted_.front()->connection)) {
    Request& request = *not_accepted_.front();
    not_accepted_.pop_front();
    holder(*request.connection)->deliver(request);
  }
}

// Every idle process but the one that gets the connection wakes up for nothing.
void ContainerInstance::wake_idle_in_vain(const WorkerProcess* winner) {
  if (setup_.profile.accept.wakeup_cpu.value <= Duration{} || slots_.size() < 2) return;
  bool won = winner != nullptr;
  for (const Slot& slot : slots_) {
    if (!slot.process || slot.process.get() == winner || !slot.process->is_idle()) continue;
    if (!won) {
      won = true;  // the first idle one stands for whichever gets the connection
      continue;
    }
    slot.process->wake_in_vain();
  }
}

std::size_t ContainerInstance::slot_of(const WorkerProcess& process) const {
  const auto found =
      std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) { return slot.process.get() == &process; });
  return static_cast<std::size_t>(found - slots_.begin());
}

// --- Processes ---

void ContainerInstance::start_process(std::size_t slot) {
  slots_[slot].process = setup_.runtime.make(context_, next_number_++);
  accept_waiting();
}

// The workers start side by side on the container's CPU; with preload the master imports the application once and the
// forks come at next to no cost.
sim::Process ContainerInstance::boot() {
  if (!setup_.deployment.preload) {
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) slots_[slot].spawning = spawn(slot, simulation_.now());
    co_return;
  }
  sim::Job job(cpu_, group_);
  co_await job.use(setup_.profile.spawn.cpu.value);
  co_await simulation_.sleep(setup_.profile.spawn.wait.value);
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) start_process(slot);
}

sim::Process ContainerInstance::spawn(std::size_t slot, TimePoint not_before) {
  sim::Job job(cpu_, group_);
  co_await job.use(setup_.profile.spawn.cpu.value);
  co_await simulation_.sleep_until(std::max(simulation_.now() + setup_.profile.spawn.wait.value, not_before));
  start_process(slot);
}

void ContainerInstance::end_process(std::size_t slot) {
  const sim::Stack<Request*>& in_flight = slots_[slot].process->in_flight();
  const std::vector<Request*> lost(in_flight.begin(), in_flight.end());
  slots_[slot].process.reset();
  for (Request* request : lost) lose(*request);
}

void ContainerInstance::lose(Request& request) {
  leave();
  request.connection->process_number = 0;
  request.carrier.reset();
  sink_.settle(simulation_, request, Outcome::killed);
}

void ContainerInstance::replace_retired() {
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    const WorkerProcess* process = slots_[slot].process.get();
    if (process == nullptr || !process->retiring() || !process->in_flight().empty()) continue;
    end_process(slot);
    slots_[slot].spawning = spawn(slot, simulation_.now());
  }
}

// --- Memory ---

void ContainerInstance::out_of_memory() {
  if (!memory_.over_limit()) return;
  ++oom_kills_;
  if (setup_.container.oom == OomRule::group) {
    kill_group();
    return;
  }
  std::optional<std::size_t> victim;
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    if (!slots_[slot].process) continue;
    if (!victim || slots_[slot].process->memory().owned > slots_[*victim].process->memory().owned) victim = slot;
  }
  if (!victim) {
    kill_group();
    return;
  }
  end_process(*victim);
  slots_[*victim].spawning = spawn(*victim, simulation_.now() + least_respawn);
  if (memory_.over_limit()) oom_timer_.schedule(simulation_.now());
}

void ContainerInstance::kill_group() {
  down_ = true;
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot].spawning) slots_[slot].spawning->kill();
    if (slots_[slot].process) end_process(slot);
  }
  if (primary_) primary_->kill();
  if (at_primary_ != nullptr) lose(*std::exchange(at_primary_, nullptr));
  while (const std::optional<Request*> request = listen_queue_.try_take()) lose(**request);
  while (!not_accepted_.empty()) {
    Request& request = *not_accepted_.front();
    not_accepted_.pop_front();
    lose(request);
  }
  if (simulation_.now() - started_ >= backoff_reset) backoff_ = {};
  if (!restarting_ || !restarting_->alive()) restarting_ = restart();
}

sim::Process ContainerInstance::restart() {
  co_await simulation_.sleep(backoff_);
  backoff_ = std::clamp(2.0 * backoff_, first_backoff, longest_backoff);
  started_ = simulation_.now();
  down_ = false;
  start_primary();
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) slots_[slot].spawning = spawn(slot, started_);
}

// --- Statistics ---

std::size_t ContainerInstance::processes_alive() const {
  return static_cast<std::size_t>(
      std::count_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.process != nullptr; }));
}

double ContainerInstance::workers() const {
  double sum = 0.0;
  for (const Slot& slot : slots_) sum += slot.process ? slot.process->workers() : 0.0;
  return sum;
}

double ContainerInstance::enough_requests() const {
  double sum = 0.0;
  for (const Slot& slot : slots_) {
    if (!slot.process) continue;
    sum += setup_.runtime.takes_any_number ? static_cast<double>(worker_connections_) : 2.0 * slot.process->workers();
  }
  return sum;
}

double ContainerInstance::mean_busy_workers() const {
  double sum = 0.0;
  for (const Slot& slot : slots_) sum += slot.process ? slot.process->mean_busy_workers() : 0.0;
  return sum;
}

Duration ContainerInstance::lock_held() const {
  Duration longest;
  for (const Slot& slot : slots_) {
    if (slot.process) longest = std::max(longest, slot.process->lock_held());
  }
  return longest;
}

std::uint64_t ContainerInstance::handovers() const {
  std::uint64_t sum = 0;
  for (const Slot& slot : slots_) sum += slot.process ? slot.process->handovers() : 0;
  return sum;
}

void ContainerInstance::reset_statistics() {
  for (Slot& slot : slots_) {
    if (slot.process) slot.process->reset_statistics();
  }
  memory_.reset_statistics();
  busy_.reset(simulation_.now());
  oom_kills_ = 0;
}

}  // namespace models
