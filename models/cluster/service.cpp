// SPDX-License-Identifier: MIT
#include "models/cluster/service.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace models {
namespace {

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
    compiled.phases.push_back({phase.kind, phase.awaitable, phase.memory > Bytes{}, phase.releases.value, pool,
                               phase.memory, phase.timer_resolution.value, Sampler(phase.time)});
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
  container_at_.push_back(&containers_.emplace_back(simulation_, cpu_, cpu_.add_group(config), *this, setup));
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

// --- Requests and connections ---

[[gnu::noinline]] void ServiceInstance::choose_kernel(Request& request, const CompiledKernel& kernel) {
  request.kernel = &kernel;
  request.demand.resize(kernel.phases.size());
}

// What a client gave up is settled: nobody needs the request and its connection any more.
void ServiceInstance::drop(Request& request) {
  containers_[request.connection->container].close(*request.connection);
  closed_connections_.push_back(request.connection);
  free_request(request);
}

// A client that gives up but has not told the ledger yet still needs the request, and drops it then.
void ServiceInstance::settle_without_client(Request& request) {
  if (!request.counted) drop(request);
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
