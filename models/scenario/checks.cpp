// SPDX-License-Identifier: MIT
#include "models/scenario/checks.hpp"

#include <algorithm>
#include <initializer_list>
#include <numeric>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/fields/quantity_text.hpp"
#include "models/fields/spelling.hpp"
#include "models/runtime/registry.hpp"
#include "models/scenario/scaling_check.hpp"

namespace models {

namespace {

// More simulated workers than this neither fit a container nor the memory of the simulation.
constexpr double most_workers = 100'000;

std::vector<std::string_view> keys(const YamlNode* map) {
  std::vector<std::string_view> names;
  if (map) {
    for (const YamlNode& child : map->children) names.push_back(child.key);
  }
  return names;
}

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class ScenarioCheck {
 public:
  ScenarioCheck(const YamlNode& root, const Scenario& scenario, Diagnostics& diagnostics)
      : root_(root), scenario_(scenario), diagnostics_(diagnostics) {}

  void all() {
    load();
    container();
    slo();
    node();
    pools();
    deployments();
    kernels();
    expectations();
  }

 private:
  void error(const Place& place, std::string summary, std::string help = {}, std::string_view path = {}) {
    diagnostics_.error(place, std::move(summary), std::move(help), path);
  }

  void dangling(const YamlNode& node, const std::string& what, const std::vector<std::string_view>& known,
                std::string_view path) {
    dangling(node.value_place(), node.scalar, what, known, path);
  }

  void dangling(const Place& place, const std::string& name, const std::string& what,
                const std::vector<std::string_view>& known, std::string_view path) {
    error(place, "there is no " + what + " " + in_quotes(name), did_you_mean(name, known), path);
  }

  void load() {
    const Load& load = scenario_.service.load;
    if (load.arrivals == ArrivalProcess::mmpp && load.burst_every <= load.burst_length) {
      error(place_of(root_, {"service", "load", "burst_every"}),
            "'burst_every' must be longer than 'burst_length'", {}, "service.load.burst_every");
    }
    if (scenario_.service.mix_by == MixBy::connection && !load.connections) {
      error(place_of(root_, {"service", "mix_by"}), "only the connections of a closed load can be shared out",
            "write 'load: {connections: ...}'", "service.mix_by");
    }
    const std::vector<Count>& split = scenario_.service.connection_split;
    const YamlNode* node = node_at(root_, {"service", "connection_split"});
    if (!node || split.empty()) return;
    const Count total = std::accumulate(split.begin(), split.end(), Count{0});
    if (!load.connections) {
      error(node->key_place, "'connection_split' has an effect only with 'load: {connections: ...}'", {},
            "service.connection_split");
    } else if (total != *load.connections) {
      error(node->place,
            "the connections of 'connection_split' add up to " + std::to_string(total) + ", not to " +
                std::to_string(*load.connections),
            {}, "service.connection_split");
    }
    for (const Deployment& deployment : scenario_.deployments) {
      const Count processes = deployment.processes * std::max(scenario_.replicas, Count{1});
      if (static_cast<Count>(split.size()) != processes) {
        error(node->place,
              "'connection_split' has " + std::to_string(split.size()) + " entries, but " +
                  in_quotes(deployment.name) + " has " + std::to_string(processes) + " processes",
              "give one entry for each process", "service.connection_split");
      }
    }
  }

  void container() {
    const Container& box = scenario_.container;
    if (box.requests.cpu && box.limits.cpu && *box.requests.cpu > *box.limits.cpu) {
      error(place_of(root_, {"container", "requests", "cpu"}), "the CPU request is larger than the limit", {},
            "container.requests.cpu");
    }
    if (box.requests.memory && box.limits.memory && *box.requests.memory > *box.limits.memory) {
      error(place_of(root_, {"container", "requests", "memory"}),
            "the memory request is larger than the limit", {}, "container.requests.memory");
    }
    if (box.cpuset && *box.cpuset > scenario_.node.cores) {
      error(place_of(root_, {"container", "cpuset"}),
            "the node has " + std::to_string(scenario_.node.cores) + " cores, 'cpuset' wants " +
                std::to_string(*box.cpuset),
            "see node.cores", "container.cpuset");
    }
    constexpr double smallest_quota =
        1e-3;  // Linux refuses a quota below 1 ms (kernel/sched: min_cfs_quota_period)
    const double quota = box.limits.cpu ? box.limits.cpu->value * box.cpu_period.seconds : 0.0;
    if (box.limits.cpu && quota < smallest_quota) {
      error(place_of(root_, {"container", "limits", "cpu"}),
            "the CPU quota of a period is " + format_quantity(Kind::duration, quota) +
                ", and Linux refuses less than 1ms",
            "raise the limit or 'cpu_period'", "container.limits.cpu");
    }
    // Linux refuses a burst above the quota (kernel/sched: tg_set_cfs_bandwidth).
    if (box.cpu_burst.seconds > 0.0 && (!box.limits.cpu || box.cpu_burst.seconds > quota)) {
      error(place_of(root_, {"container", "cpu_burst"}),
            box.limits.cpu ? "'cpu_burst' may not be more than the quota of a period, " +
                                 format_quantity(Kind::duration, quota)
                           : "'cpu_burst' has an effect only with a CPU limit",
            {}, "container.cpu_burst");
    }
  }

  void slo() {
    if (scenario_.service.slo.memory && !scenario_.container.limits.memory) {
      error(place_of(root_, {"service", "slo", "memory"}), "a share of the memory limit is promised, but there is none",
            "add 'container: {limits: {memory: ...}}'", "container.limits.memory");
    }
  }

  void node() {
    check_scaling(scenario_.node.scaling, scenario_.node.cores, node_at(root_, {"node", "scaling"}),
                  diagnostics_);
    const YamlNode* neighbours = node_at(root_, {"node", "neighbours"});
    for (const Neighbour& neighbour : scenario_.node.neighbours) {
      if (neighbour.requests.cpu && neighbour.limits.cpu && *neighbour.requests.cpu > *neighbour.limits.cpu) {
        error(place_of(*neighbours, {neighbour.name, "requests", "cpu"}),
              "the CPU request is larger than the limit", {}, "node.neighbours.requests.cpu");
      }
    }
  }

  void pools() {
    for (const Pool& pool : scenario_.pools) {
      if (pool.max && *pool.max < pool.size) {
        error(place_of(root_, {"pools", pool.name, "max"}),
              "'max' of all pools together is smaller than the size of one", {}, "pools.max");
      }
    }
  }

  // Settings that the deployment's concurrency model does not know. One thread is what every model has.
  void settings_of_other_runtimes(const YamlNode& node, const Deployment& deployment) {
    const auto profile = scenario_.profiles.find(deployment.profile);
    const bool named = deployment.runtime.empty() ? find_server(deployment.server) != nullptr
                                                  : find_runtime(deployment.runtime) != nullptr;
    if (profile == scenario_.profiles.end() || !named) return;
    const std::string runtime(runtime_of(deployment, profile->second).name);
    const auto only_for = [&](std::string_view key, std::initializer_list<std::string_view> runtimes) {
      if (!node.find(key) || std::find(runtimes.begin(), runtimes.end(), runtime) != runtimes.end()) return;
      const std::string known = key == "threads" ? "for threads: server gunicorn_gthread, or runtime gil_threads or free_threads"
                                                 : "it belongs to runtime " + std::string(*runtimes.begin());
      error(place_of(node, {key}), in_quotes(std::string(key)) + " has no effect in runtime " + in_quotes(runtime), known,
            "deployments." + std::string(key));
    };
    if (deployment.threads > 1) only_for("threads", {"gil_threads", "free_threads", "subinterpreters"});
    only_for("carriers", {"mn_tasks"});
    only_for("executor_threads", {"event_loop"});
    only_for("blocking_waits", {"event_loop"});
  }

  void deployments() {
    const YamlNode* map = root_.find("deployments");
    const std::vector<std::string_view> profiles = keys(root_.find("profiles"));
    for (const Deployment& deployment : scenario_.deployments) {
      const YamlNode* node = map ? map->find(deployment.name) : nullptr;
      if (!node) continue;
      if (!deployment.profile.empty() && !contains(profiles, deployment.profile)) {
        dangling(*node->find("profile"), "profile", profiles, "deployments.profile");
      }
      if (deployment.freeze && !deployment.preload) {
        error(place_of(*node, {"freeze"}), "'freeze' has an effect only with 'preload: true'", {},
              "deployments.freeze");
      }
      if (deployment.max_requests_jitter > 0 && deployment.max_requests == 0) {
        error(place_of(*node, {"max_requests_jitter"}),
              "'max_requests_jitter' has an effect only with 'max_requests'", {}, "deployments.max_requests");
      }
      const Load& load = scenario_.service.load;
      if (deployment.workers == Workers::best && !load.open && !load.connections) {
        error(place_of(*node, {"workers"}), "'workers: best' needs an open or a closed load", "give processes and threads",
              "deployments.workers");
      }
      settings_of_other_runtimes(*node, deployment);
      const double workers = static_cast<double>(deployment.processes) *
                             static_cast<double>(deployment.threads) *
                             static_cast<double>(std::max(scenario_.replicas, Count{1}));
      if (workers > most_workers) {
        error(node->key_place,
              in_quotes(deployment.name) + " would start " + format_quantity(Kind::count, workers) +
                  " workers; at most " + format_quantity(Kind::count, most_workers) + " are simulated",
              "lower processes, threads or replicas", "deployments.threads");
      }
    }
  }

  std::vector<std::string> kernels_in_use() const {
    const Service& service = scenario_.service;
    std::vector<std::string> names;
    if (!service.kernel.empty()) names.push_back(service.kernel);
    for (const MixEntry& entry : service.mix) {
      if (!entry.kernel.empty())
        names.push_back(entry.kernel);  // empty: its key is no name, which is reported
    }
    return names;
  }

  void kernels() {
    const std::vector<std::string> wanted = kernels_in_use();
    std::set<std::string> seen;
    std::set<std::string> unknown;
    std::set<std::string> pools_in_use;
    for (const Deployment& deployment : scenario_.deployments) {
      const auto found = scenario_.profiles.find(deployment.profile);
      if (found == scenario_.profiles.end() || !seen.insert(deployment.profile).second) continue;
      const Profile& profile = found->second;
      if (profile.kernels.empty()) continue;  // reported as missing
      if (wanted.empty() && profile.kernels.size() > 1) {
        error(place_of(root_, {"service"}),
              "'service' needs 'kernel' or 'mix': profile " + in_quotes(deployment.profile) + " has " +
                  std::to_string(profile.kernels.size()) + " kernels",
              "for example 'kernel: " + profile.kernels[0].name + "'", "service.kernel");
      }
      for (const std::string& name : wanted) find_kernel(profile, deployment.profile, name, unknown);
      for (const Kernel& kernel : profile.kernels) {
        const bool used =
            wanted.empty() || std::find(wanted.begin(), wanted.end(), kernel.name) != wanted.end();
        if (used) find_pools(kernel, deployment.profile, pools_in_use);
      }
    }
    for (const Pool& pool : scenario_.pools) {
      if (!seen.empty() && unknown.empty() && pools_in_use.count(pool.name) == 0) {
        diagnostics_.warning(place_of(root_, {"pools", pool.name}),
                             "no phase uses the pool " + in_quotes(pool.name),
                             "a wait phase takes a token with 'pool: " + pool.name + "'");
      }
    }
  }

  void find_kernel(const Profile& profile, const std::string& key, const std::string& name,
                   std::set<std::string>& unknown) {
    std::vector<std::string_view> known;
    for (const Kernel& kernel : profile.kernels) known.push_back(kernel.name);
    if (contains(known, name) || !unknown.insert(name).second) return;
    const YamlNode* in_mix = node_at(root_, {"service", "mix", name});
    const YamlNode* alone = node_at(root_, {"service", "kernel"});
    dangling(in_mix || !alone ? place_of(root_, {"service", "mix", name}) : alone->value_place(), name,
             "kernel in profile " + in_quotes(key) + " called", known,
             in_mix ? "service.mix" : "service.kernel");
  }

  void find_pools(const Kernel& kernel, const std::string& profile, std::set<std::string>& pools_in_use) {
    const std::vector<std::string_view> known = keys(root_.find("pools"));
    for (std::size_t i = 0; i < kernel.phases.size(); ++i) {
      const std::string& pool = kernel.phases[i].pool;
      if (pool.empty()) continue;
      pools_in_use.insert(pool);
      if (contains(known, pool)) continue;
      const YamlNode* phases = node_at(root_, {"profiles", profile, "kernels", kernel.name, "phases"});
      const YamlNode* phase = phases && i < phases->children.size() ? &phases->children[i] : nullptr;
      if (const YamlNode* written = phase ? phase->find("pool") : nullptr) {
        dangling(*written, "pool", known, "pools");
      } else {
        error(place_of(root_, {"profiles", profile}),
              "kernel " + in_quotes(kernel.name) + " of this profile takes tokens of a pool " +
                  in_quotes(pool) + " that is not in 'pools'",
              "add 'pools: {" + pool + ": {per: process, size: 5}}'", "pools");
      }
    }
  }

  void expectations() {
    const YamlNode* items = root_.find("expect");
    if (!items || items->children.size() != scenario_.expect.size()) return;
    const std::vector<std::string_view> known = keys(root_.find("deployments"));
    for (std::size_t i = 0; i < scenario_.expect.size(); ++i) {
      const Expectation& expectation = scenario_.expect[i];
      const YamlNode& node = items->children[i];
      if (!expectation.deployment.empty() && !contains(known, expectation.deployment)) {
        dangling(*node.find("deployment"), "deployment", known, "expect.deployment");
      }
      const bool bounded = node.find("at_least") || node.find("at_most") || node.find("near") ||
                           node.find("interval_contains");
      bool on_cost = false;
      for (const char* key : {"cost_at_least", "cost_at_most", "cheaper_than", "containers"}) on_cost = on_cost || node.find(key);
      if (on_cost && !root_.find("cost")) {
        error(node.key_place, "the scenario has no 'cost' to check", {}, "cost");
      }
      if (!expectation.cheaper_than.empty() && !contains(known, expectation.cheaper_than)) {
        dangling(*node.find("cheaper_than"), "deployment", known, "expect.cheaper_than");
      }
      if (!bounded && !on_cost && !node.find("binds") && !node.find("slo") && node.shape == YamlNode::Shape::map) {
        error(node.key_place, "this expectation checks nothing",
              "add at_least, at_most, near or interval_contains to a metric, or give binds or slo", "expect");
      } else if (!bounded && node.find("metric")) {
        error(node.find("metric")->key_place, "the metric is not compared with anything",
              "add at_least, at_most, near or interval_contains", "expect");
      }
      if (find_capacity_metric(expectation.metric)) claimed_capacity(*node.find("metric"), expectation.metric);
      if (expectation.at_least && expectation.at_most && *expectation.at_least > *expectation.at_most) {
        error(node.find("at_most")->key_place, "'at_most' is below 'at_least'", {}, "expect.at_most");
      }
      if (!expectation.slo.empty() && !node_at(root_, {"service", "slo"})) {
        error(node.find("slo")->key_place, "the service has no 'slo' to check", {}, "service.slo");
      }
    }
  }

  void claimed_capacity(const YamlNode& node, const std::string& metric) {
    const Load& load = scenario_.service.load;
    const std::string_view fitting = load.open ? "capacity" : "capacity_connections";
    if (!load.open && !load.connections) {
      error(node.key_place, "a batch or a trace has no capacity", {}, "service.load");
    } else if (metric != fitting) {
      error(node.key_place, "under this load the capacity is called " + in_quotes(fitting), {}, "expect.metric");
    } else if (load.connections && !node_at(root_, {"service", "slo"})) {
      error(node.key_place, "without an 'slo' a closed load has no capacity", {}, "service.slo");
    }
  }

  const YamlNode& root_;
  const Scenario& scenario_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_scenario(const YamlNode& root, const Scenario& scenario, Diagnostics& diagnostics) {
  ScenarioCheck(root, scenario, diagnostics).all();
}

}  // namespace models
