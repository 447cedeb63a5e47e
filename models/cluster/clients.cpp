// SPDX-License-Identifier: MIT
// The clients of a service: closed, open and batch loads, and the way of a request from its issue until it leaves.
#include <algorithm>
#include <optional>

#include "models/cluster/service.hpp"

namespace models {
namespace {

// A client whose request was lost asks again after this.
constexpr Duration reconnect_pause{0.1};

}  // namespace

// One attempt at a request: sends it and waits for its outcome or for the client's patience to end.
class ServiceInstance::Reply {
 public:
  Reply(ServiceInstance& service, Request& request, Duration patience) : service_(service), request_(request) {
    if (patience < Duration::infinite()) {
      timer_.emplace(service.simulation_, [](void* self) { static_cast<Reply*>(self)->give_up(); }, this);
      timer_->schedule(service.simulation_.now() + patience);
    }
  }
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;

  bool await_ready() const { return false; }
  void await_suspend(std::coroutine_handle<> handle) { service_.send(request_, handle, service_.simulation_.now()); }
  Outcome await_resume() const { return timed_out_ ? Outcome::timed_out : request_.outcome; }

 private:
  void give_up() {
    if (request_.outcome != Outcome::none) return;
    timed_out_ = true;
    service_.simulation_.wake(request_.client);
    request_.client = nullptr;
  }

  ServiceInstance& service_;
  Request& request_;
  std::optional<sim::Timer> timer_;
  bool timed_out_ = false;
};

// The one wait of a request whose way is direct; else its attempts.
class ServiceInstance::Exchange {
 public:
  Exchange(ServiceInstance& service, Connection*& connection, Request& request)
      : service_(service), connection_(connection), request_(request) {}
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  bool await_ready() const { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> client) {
    const TimePoint now = service_.simulation_.now();
    service_.ledger_.arrive(now);
    if (!service_.direct_) {
      attempts_.emplace(service_.attempts(connection_, request_, outcome_));
      return attempts_->operator co_await().await_suspend(client);
    }
    service_.issue(request_, *connection_, now);
    service_.send(request_, client, now);
    return true;
  }
  Outcome await_resume() {
    Outcome outcome = Outcome::none;
    if (attempts_) [[unlikely]] {
      attempts_->operator co_await().await_resume();
      outcome = outcome_;
    } else {
      outcome = request_.outcome;
      service_.ledger_.leave(request_.issued, outcome, request_);
      request_.counted = false;
      service_.free_request(request_);
    }
    if (service_.drained()) service_.simulation_.stop();
    return outcome;
  }

 private:
  ServiceInstance& service_;
  Connection*& connection_;
  Request& request_;
  std::optional<sim::Task> attempts_;
  Outcome outcome_ = Outcome::none;
};

inline Request& ServiceInstance::new_request(sim::Stream& demand, const std::optional<double>& place) {
  Request& request = spare_request();
  std::size_t kernel = 0;
  if (kernels_.size() > 1) {
    const double u = place ? *place : demand.uniform();
    while (kernel + 1 < kernels_.size() && u >= cumulative_weights_[kernel]) ++kernel;
  }
  const std::vector<CompiledPhase>& phases = kernels_[kernel].phases;
  if (request.kernel != &kernels_[kernel]) choose_kernel(request, kernels_[kernel]);
  Duration* time = request.demand.data();
  for (const CompiledPhase& phase : phases) *time++ = phase.time(demand);
  request.lock_wait = request.pool_wait = request.worker_wait = {};
  return request;
}

void ServiceInstance::start() {
  const Load& load = parameters_.service.load;
  if (load.connections) {
    sources_ = static_cast<std::size_t>(*load.connections);
    for (std::size_t i = 0; i < sources_; ++i) closed_client(i);
  } else if (load.tasks) {
    tasks_left_ = *load.tasks;
    double enough = 0.0;
    for (const ContainerInstance& container : containers_) enough += container.enough_requests();
    const auto hands = std::min(*load.tasks, static_cast<Count>(enough));
    sources_ = static_cast<std::size_t>(hands);
    for (std::size_t i = 0; i < static_cast<std::size_t>(hands); ++i) batch_client(i);
  } else {
    arrivals_ = make_arrivals(load, sim::Stream(parameters_.seed, replication_, "arrivals", 0));
    sources_ = 1;
    open_source();
  }
}

Connection* ServiceInstance::connect(std::size_t number) {
  Connection* const connection = open_connection(choose_container());
  if (const std::vector<Count>& split = parameters_.service.connection_split; !split.empty()) {
    std::size_t place = number;
    std::size_t process = 0;
    while (process + 1 < split.size() && place >= static_cast<std::size_t>(split[process])) {
      place -= static_cast<std::size_t>(split[process++]);
    }
    const auto per_container = static_cast<std::size_t>(parameters_.deployment.processes);
    connection->container = process / per_container % containers_.size();
    connection->forced_slot = process % per_container;
  }
  return connection;
}

std::optional<double> ServiceInstance::place_of(std::size_t number) const {
  if (parameters_.service.mix_by != MixBy::connection) return std::nullopt;
  return (static_cast<double>(number) + 0.5) / static_cast<double>(*parameters_.service.load.connections);
}

sim::Process ServiceInstance::closed_client(std::size_t number) {
  sim::Stream demand(parameters_.seed, replication_, "demand", number);
  sim::Stream think(parameters_.seed, replication_, "think", number);
  const Duration think_time = parameters_.service.load.think_time;
  Connection* connection = connect(number);
  const std::optional<double> place = place_of(number);
  for (;;) {
    if (think_time > Duration{}) co_await simulation_.sleep(think_time * think.exponential());
    Request& request = new_request(demand, place);
    if (!keep_alive_) connection->container = choose_container();
    if (co_await exchange(connection, request) != Outcome::completed) co_await simulation_.sleep(reconnect_pause);
  }
}

sim::Process ServiceInstance::batch_client(std::size_t number) {
  const auto processes = static_cast<std::size_t>(parameters_.deployment.processes);
  Connection* connection = open_connection(number % containers_.size());
  connection->forced_slot = number / containers_.size() % processes;
  while (tasks_left_ > 0) {
    const Count task = parameters_.service.load.tasks.value() - tasks_left_--;
    sim::Stream demand(parameters_.seed, replication_, "demand", static_cast<std::uint64_t>(task));
    Request& request = new_request(demand);
    if (co_await exchange(connection, request) != Outcome::completed) co_await simulation_.sleep(reconnect_pause);
  }
  leave_sources();
}

sim::Process ServiceInstance::open_source() {
  sim::Stream demand(parameters_.seed, replication_, "demand", 0);
  for (;;) {
    const TimePoint next = arrivals_->next();
    if (next == TimePoint::never()) break;
    co_await simulation_.sleep_until(next);
    const std::size_t container = choose_container();
    std::vector<Connection*>& idle = idle_connections_[container];
    Connection* connection = nullptr;
    if (idle.empty()) {
      connection = open_connection(container);
    } else {
      connection = idle.back();
      idle.pop_back();
    }
    open_request(connection, new_request(demand));
  }
  leave_sources();
}

sim::Process ServiceInstance::open_request(Connection* connection, Request& request) {
  co_await exchange(connection, request);
  idle_connections_[connection->container].push_back(connection);
}

ServiceInstance::Exchange ServiceInstance::exchange(Connection*& connection, Request& request) {
  return Exchange(*this, connection, request);
}

sim::Task ServiceInstance::attempts(Connection*& connection, Request& first, Outcome& outcome) {
  const Service& service = parameters_.service;
  Request* request = &first;
  const TimePoint issued = simulation_.now();
  for (Count attempt = 0;; ++attempt) {
    issue(*request, *connection, issued);
    if (generator_) {
      const bool connects = !keep_alive_ || connection->process_number == 0;
      co_await generator_turn_.acquire();
      const Token turn(generator_turn_);
      co_await generator_->use(service.client.cpu + (connects ? service.client.connect_cpu : Duration{}));
    }
    if (service.network > Duration{}) co_await simulation_.sleep(service.network / 2.0);
    outcome = co_await Reply(*this, *request, service.timeout);
    if (service.network > Duration{}) co_await simulation_.sleep(service.network / 2.0);

    const bool asks_again = outcome == Outcome::refused || outcome == Outcome::timed_out;
    const bool last = !asks_again || attempt == service.retries;
    if (last) {
      ledger_.leave(issued, outcome, *request);
      request->counted = false;
    }
    if (outcome == Outcome::timed_out) {
      // The server goes on with what nobody waits for, on a connection that nobody uses any more.
      Request& given_up = *request;
      given_up.counted = false;
      const std::optional<std::size_t> forced_slot = connection->forced_slot;
      connection = open_connection(connection->container);
      connection->forced_slot = forced_slot;
      if (!last) {
        Request& again = spare_request();
        again.kernel = request->kernel;
        again.demand = request->demand;
        request = &again;
      }
      if (given_up.outcome != Outcome::none) drop(given_up);
    } else if (last) {
      free_request(*request);
    }
    if (last) break;
    request->lock_wait = request->pool_wait = request->worker_wait = {};
  }
}

void ServiceInstance::issue(Request& request, Connection& connection, TimePoint issued) {
  request.issued = issued;
  request.connection = &connection;
  request.counted = true;
}

void ServiceInstance::send(Request& request, std::coroutine_handle<> client, TimePoint now) {
  request.client = client;
  request.outcome = Outcome::none;
  container_at_[request.connection->container]->submit(request, now);
}

void ServiceInstance::leave_sources() {
  --sources_;
  if (drained()) simulation_.stop();
}

}  // namespace models
