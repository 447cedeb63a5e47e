// SPDX-License-Identifier: MIT
// The service on its node: cores, replicas behind a balancer, downstream pools, the load generator, and the clients
// whose requests the ledger counts.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "models/cluster/container.hpp"
#include "models/cluster/ledger.hpp"
#include "models/cluster/trial.hpp"
#include "models/workload/arrivals.hpp"
#include "sim/core/process.hpp"
#include "sim/core/simulation.hpp"
#include "sim/core/stack.hpp"
#include "sim/resource/job.hpp"
#include "sim/resource/pool.hpp"
#include "sim/resource/shared_server.hpp"

namespace models {

class ServiceInstance final : public RequestSink {
 public:
  ServiceInstance(sim::Simulation& simulation, const TrialParameters& parameters, std::uint64_t replication);
  ~ServiceInstance() override;

  // Lets the clients loose. Afterwards the simulation stops when a batch or trace is drained.
  void start();

  sim::Simulation& simulation() { return simulation_; }
  Ledger& ledger() { return ledger_; }
  const sim::SharedServer& cpu() const { return cpu_; }
  std::deque<ContainerInstance>& containers() { return containers_; }

  // One more replica, whose workers have yet to be spawned; no request goes there before it is told to serve.
  ContainerInstance& add_container();
  // Whether the balancer gives requests of an open load to this replica; at least one must be left.
  void serve(std::size_t container, bool serves);

  // All requests have come and left; never of a closed load.
  bool drained() const { return sources_ == 0 && ledger_.in_system() == 0; }

  void open_window();
  void close_window();

 private:
  class Exchange;
  class Reply;

  void settle_without_client(Request& request) override;
  DownstreamPool pool(int index, std::size_t container, std::size_t slot, std::size_t thread) override;

  // Clients: clients.cpp.
  sim::Process closed_client(std::size_t number);
  sim::Process batch_client(std::size_t number);
  sim::Process open_source();
  sim::Process open_request(Connection* connection, Request& request);
  // A user's request with its retries, from its issue until it leaves the system. A connection on which a request
  // timed out is replaced.
  Exchange exchange(Connection*& connection, Request& request);
  sim::Task attempts(Connection*& connection, Request& request, Outcome& outcome);
  void issue(Request& request, Connection& connection, TimePoint issued);
  void send(Request& request, std::coroutine_handle<> client, TimePoint now);
  void leave_sources();
  // The connection of a closed load's client.
  Connection* connect(std::size_t number);
  // Of the connection among all, 0..1, where that decides the kernel.
  std::optional<double> place_of(std::size_t number) const;

  Request& spare_request() {
    if (free_requests_.empty()) [[unlikely]]
      free_requests_.push_back(&requests_.emplace_back());
    return *free_requests_.pop_back();
  }
  static void choose_kernel(Request& request, const CompiledKernel& kernel);
  // Inlined, because the coroutines that call it have saved all registers that it needs.
  [[gnu::always_inline]] inline Request& new_request(sim::Stream& demand,
                                                     const std::optional<double>& place = std::nullopt);
  void free_request(Request& request) {
    request.process = nullptr;
    free_requests_.push_back(&request);
  }
  void drop(Request& request);
  std::size_t choose_container();
  void start_container(bool cold);
  Connection* open_connection(std::size_t container);

  sim::Simulation& simulation_;
  const TrialParameters& parameters_;
  std::uint64_t replication_;
  sim::SharedServer cpu_;
  std::vector<CompiledKernel> kernels_;
  std::vector<double> cumulative_weights_;  // of kernels_, ending at 1
  bool keep_alive_;
  bool direct_;                              // nothing between client and container, and one attempt without an end
  std::deque<std::unique_ptr<sim::Pool>> service_pools_;  // by Pool::max; null without
  std::map<std::tuple<int, std::size_t, std::size_t, std::size_t>, std::unique_ptr<sim::Pool>> pools_;
  std::deque<Connection> connections_;
  std::deque<Request> requests_;
  sim::Stack<Request*> free_requests_;
  std::deque<ContainerInstance> containers_;  // below what their processes point to
  std::vector<ContainerInstance*> container_at_;  // the same, found without a division
  std::vector<std::size_t> serving_;          // of containers_, ascending
  sim::Stream quota_phases_;
  std::vector<std::vector<Connection*>> idle_connections_;  // by container; open load
  std::vector<Connection*> closed_connections_;
  std::deque<sim::Job> neighbours_;
  std::optional<sim::Job> generator_;
  sim::Pool generator_turn_;
  sim::Stream balance_;
  std::size_t next_container_ = 0;
  std::unique_ptr<Arrivals> arrivals_;
  Count tasks_left_ = 0;
  std::size_t sources_ = 0;  // clients that may still issue requests
  Ledger ledger_;
};

}  // namespace models
