// SPDX-License-Identifier: MIT
#include "models/cluster/service.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace models {
namespace {

// A client whose request was lost asks again after this.
constexpr Duration reconnect_pause{0.1};

CompiledKernel compile(const std::vector<Kernel>& kernels, std::size_t place, const std::vector<Pool>& pools) {
  const Kernel& kernel = kernels[place];
  CompiledKernel compiled;
  compiled.place = place;
  compiled.cold_factor = kernel.cold_factor.value;
  for (const Phase& phase : kernel.phases) {
    int pool = -1;
    for (std::size_t i = 0; i < pools.size(); ++i) {
      if (pools[i].name == phase.pool) pool = static_cast<int>(i);
    }
    compiled.phases.push_back({phase.kind, phase.awaitable, phase.releases.value, pool, phase.memory, Sampler(phase.time)});
  }
  return compiled;
}

sim::GroupConfig group_config(const Resources& limits, const Resources& requests, const Node& node) {
  sim::GroupConfig config;
  config.weight = cpu_weight(requests.cpu ? requests.cpu : limits.cpu, node.weight_rule);
  if (limits.cpu) config.quota_cores = limits.cpu->value;
  return config;
}

bool loads(const Client& client) { return client.cpu > Duration{} || client.connect_cpu > Duration{}; }

bool is_direct(const Service& service) {
  return !loads(service.client) && service.network == Duration{} && service.timeout == Duration::infinite() &&
         service.retries == 0;
}

sim::Process compute_for_ever(sim::Simulation&, sim::Job& job) {
  for (;;) co_await job.use(Duration{1e6});
}

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
  void await_suspend(std::coroutine_handle<> handle) { service_.send(request_, handle); }
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
    service_.ledger_.arrive();
    if (!service_.direct_) {
      attempts_.emplace(service_.attempts(connection_, request_, outcome_));
      return attempts_->operator co_await().await_suspend(client);
    }
    service_.issue(request_, *connection_, service_.simulation_.now());
    service_.send(request_, client);
    return true;
  }
  Outcome await_resume() {
    if (attempts_) {
      attempts_->operator co_await().await_resume();
    } else {
      outcome_ = request_.outcome;
      service_.ledger_.leave(request_.issued, outcome_, request_);
      request_.counted = false;
      service_.free_request(request_);
    }
    service_.stop_when_drained();
    return outcome_;
  }

 private:
  ServiceInstance& service_;
  Connection*& connection_;
  Request& request_;
  std::optional<sim::Task> attempts_;
  Outcome outcome_ = Outcome::none;
};

ServiceInstance::ServiceInstance(sim::Simulation& simulation, const TrialParameters& parameters,
                                 std::uint64_t replication)
    : simulation_(simulation),
      parameters_(parameters),
      replication_(replication),
      cpu_(simulation, static_cast<double>(parameters.node.cores),
           parameters.node.scaling.empty() ? parameters.profile.host.scaling : parameters.node.scaling),
      keep_alive_(parameters.service.keep_alive && server_of(parameters.deployment, parameters.profile).keep_alive),
      direct_(is_direct(parameters.service)),
      quota_phases_(parameters.seed, replication, "quota_phase", 0),
      generator_turn_(simulation, 1),
      balance_(parameters.seed, replication, "balancer", 0),
      ledger_(simulation) {
  const Service& service = parameters.service;
  const std::vector<Kernel>& kernels = parameters.profile.kernels;
  if (service.mix.empty()) {
    const auto named = std::find_if(kernels.begin(), kernels.end(),
                                    [&](const Kernel& kernel) { return kernel.name == service.kernel; });
    const auto place = named != kernels.end() ? static_cast<std::size_t>(named - kernels.begin()) : 0;
    kernels_.push_back(compile(kernels, place, parameters.pools));
    cumulative_weights_.push_back(1.0);
  }
  double sum = 0.0;
  for (const MixEntry& entry : service.mix) sum += entry.weight;
  double below = 0.0;
  for (const MixEntry& entry : service.mix) {
    for (std::size_t place = 0; place < kernels.size(); ++place) {
      if (kernels[place].name == entry.kernel) kernels_.push_back(compile(kernels, place, parameters.pools));
    }
    below += entry.weight / sum;
    cumulative_weights_.push_back(below);
  }

  for (const Pool& pool : parameters.pools) {
    service_pools_.push_back(
        pool.max ? std::make_unique<sim::Pool>(simulation, static_cast<std::size_t>(*pool.max)) : nullptr);
  }

  for (Count i = 0; i < parameters.replicas; ++i) {
    serving_.push_back(containers_.size());
    start_container(false);
  }
  for (const Neighbour& neighbour : parameters.node.neighbours) {
    sim::GroupConfig config = group_config(neighbour.limits, neighbour.requests, parameters.node);
    config.phase = quota_phases_.uniform() * config.period;
    const sim::GroupId group = cpu_.add_group(config);
    for (Count thread = 0; thread < neighbour.threads; ++thread) {
      compute_for_ever(simulation, neighbours_.emplace_back(cpu_, group));
    }
  }
  if (loads(service.client)) {
    generator_.emplace(cpu_, cpu_.add_group({}));
  }
}

void ServiceInstance::start_container(bool cold) {
  sim::GroupConfig config = group_config(parameters_.container.limits, parameters_.container.requests, parameters_.node);
  config.period = parameters_.container.cpu_period;
  config.burst = parameters_.container.cpu_burst;
  config.phase = quota_phases_.uniform() * config.period;
  if (parameters_.container.cpuset) config.max_cores = static_cast<double>(*parameters_.container.cpuset);
  const ContainerSetup setup{parameters_.container,
                             parameters_.deployment,
                             parameters_.profile,
                             server_of(parameters_.deployment, parameters_.profile),
                             runtime_of(parameters_.deployment, parameters_.profile),
                             parameters_.node.cores,
                             keep_alive_,
                             parameters_.seed,
                             replication_,
                             containers_.size(),
                             cold};
  containers_.emplace_back(simulation_, cpu_, cpu_.add_group(config), *this, setup);
  idle_connections_.emplace_back();
}

ContainerInstance& ServiceInstance::add_container() {
  start_container(true);
  return containers_.back();
}

void ServiceInstance::serve(std::size_t container, bool serves) {
  const auto place = std::lower_bound(serving_.begin(), serving_.end(), container);
  const bool served = place != serving_.end() && *place == container;
  if (serves && !served) serving_.insert(place, container);
  if (!serves && served) serving_.erase(place);
}

ServiceInstance::~ServiceInstance() { simulation_.kill_all_processes(); }

void ServiceInstance::start() {
  const Load& load = parameters_.service.load;
  if (load.connections) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(*load.connections); ++i) closed_client(i);
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

// --- Clients ---

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
        Request* again = free_requests_.empty() ? &requests_.emplace_back() : free_requests_.back();
        if (!free_requests_.empty()) free_requests_.pop_back();
        again->kernel = request->kernel;
        again->demand = request->demand;
        request = again;
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

void ServiceInstance::send(Request& request, std::coroutine_handle<> client) {
  request.client = client;
  request.outcome = Outcome::none;
  containers_[request.connection->container].submit(request);
}

void ServiceInstance::stop_when_drained() {
  if (sources_ == 0 && ledger_.in_system() == 0 && !parameters_.service.load.connections) simulation_.stop();
}

void ServiceInstance::leave_sources() {
  --sources_;
  if (drained()) simulation_.stop();
}

// --- Requests and connections ---

Request& ServiceInstance::new_request(sim::Stream& demand, std::optional<double> place) {
  if (free_requests_.empty()) free_requests_.push_back(&requests_.emplace_back());
  Request& request = *free_requests_.back();
  free_requests_.pop_back();
  std::size_t kernel = 0;
  if (kernels_.size() > 1) {
    const double u = place ? *place : demand.uniform();
    while (kernel + 1 < kernels_.size() && u >= cumulative_weights_[kernel]) ++kernel;
  }
  request.kernel = &kernels_[kernel];
  const std::vector<CompiledPhase>& phases = request.kernel->phases;
  request.demand.resize(phases.size());
  for (std::size_t i = 0; i < phases.size(); ++i) request.demand[i] = phases[i].time(demand);
  request.lock_wait = request.pool_wait = request.worker_wait = {};
  return request;
}

void ServiceInstance::free_request(Request& request) {
  request.process = nullptr;
  free_requests_.push_back(&request);
}

// What a client gave up is settled: nobody needs the request and its connection any more.
void ServiceInstance::drop(Request& request) {
  containers_[request.connection->container].close(*request.connection);
  closed_connections_.push_back(request.connection);
  free_request(request);
}

void ServiceInstance::settle(Request& request, Outcome outcome) {
  if (request.client == nullptr) {
    request.outcome = outcome;
    // A client that gives up but has not told the ledger yet still needs the request, and drops it then.
    if (!request.counted) drop(request);
    return;
  }
  request.outcome = outcome;
  simulation_.wake(request.client);
}

Connection* ServiceInstance::open_connection(std::size_t container) {
  if (closed_connections_.empty()) closed_connections_.push_back(&connections_.emplace_back());
  Connection* connection = closed_connections_.back();
  closed_connections_.pop_back();
  *connection = {};
  connection->container = container;
  return connection;
}

std::size_t ServiceInstance::choose_container() {
  if (serving_.size() == 1) return serving_.front();
  switch (parameters_.service.balancer) {
    case Balancer::random: return serving_[balance_.below(serving_.size())];
    case Balancer::round_robin: return serving_[next_container_++ % serving_.size()];
    case Balancer::least_request: break;
  }
  std::size_t least = containers_[serving_.front()].in_flight();
  for (const std::size_t i : serving_) least = std::min(least, containers_[i].in_flight());
  std::size_t ties = 0;
  for (const std::size_t i : serving_) ties += containers_[i].in_flight() == least ? 1 : 0;
  std::size_t place = balance_.below(ties);
  for (const std::size_t* i = serving_.data();; ++i) {
    if (containers_[*i].in_flight() == least && place-- == 0) return *i;
  }
}

DownstreamPool ServiceInstance::pool(int index, std::size_t container, std::size_t slot, std::size_t thread) {
  const Pool& config = parameters_.pools[static_cast<std::size_t>(index)];
  std::array<std::size_t, 3> key{};
  if (config.per != PoolScope::service) key[0] = container + 1;
  if (config.per == PoolScope::process || config.per == PoolScope::thread) key[1] = slot + 1;
  if (config.per == PoolScope::thread) key[2] = thread + 1;
  std::unique_ptr<sim::Pool>& local = pools_[{index, key[0], key[1], key[2]}];
  if (!local) local = std::make_unique<sim::Pool>(simulation_, static_cast<std::size_t>(config.size));
  return {local.get(), service_pools_[static_cast<std::size_t>(index)].get()};
}

// --- Observation ---

void ServiceInstance::open_window() {
  ledger_.open_window();
  for (ContainerInstance& container : containers_) container.reset_statistics();
}

void ServiceInstance::close_window() {
  std::vector<TimePoint> in_flight;
  for (const Request& request : requests_) {
    if (request.counted) in_flight.push_back(request.issued);
  }
  ledger_.close_window(in_flight);
}

}  // namespace models
