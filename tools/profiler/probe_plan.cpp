// SPDX-License-Identifier: MIT
#include "tools/profiler/probe_plan.hpp"

#include <fmt/format.h>

#include <cctype>

namespace profiler {
namespace {

constexpr models::Count few_connections = 8;
constexpr models::Count many_connections = 32;
constexpr models::Count some_threads = 4;
constexpr models::Count many_threads = 8;
constexpr double start_and_stop = 1.2;   // seconds, allowed for a server that starts in one
constexpr double usual_rate = 2000.0;    // requests per second, before a window

class Plan {
 public:
  Plan(const measure::Subject& subject, const PlanOptions& options) : subject_(subject), options_(options) {}

  void add_kernel(const measure::Request& request) {
    select(request);
    add("floor", 1, 1, 1);
    add("saturated", 1, 1, few_connections);
    add_paced("paced", models::Fraction{0.4});
    if (!subject_.varies_threads()) return;
    add("contended", 1, some_threads, few_connections);
    if (options_.machine_cores > 1) add("one core", 1, some_threads, few_connections).what.cores = 1;
  }

  void add_memory(const measure::Request& request) {
    select(request);
    if (!subject_.preload_argument.empty()) add_aged(3, 1'000);
    add_aged(1, 10'000);
  }

  void add_structure(const measure::Request& request) {
    select(request);
    if (subject_.varies_threads()) add("crowd", 1, many_threads, many_connections);
    if (subject_.varies_processes()) {
      add("processes", 2, 1, few_connections);
      if (options_.machine_cores > 2) add("all cores", options_.machine_cores, 1, 4 * options_.machine_cores);
    }
    add("connections", 1, 1, few_connections).what.keep_alive = !options_.keep_alive;
    add_paced("rare", models::Fraction{0.03});
    if (!options_.throttles || options_.quick || options_.cpu) return;
    add("throttled", 1, 1, few_connections).what.cpu = models::Cores{0.5};
    if (subject_.varies_processes()) add("throttled 3x1", 3, 1, few_connections).what.cpu = models::Cores{0.5};
  }

  std::vector<measure::Job> take() { return std::move(jobs_); }

 private:
  void select(const measure::Request& request) {
    current_ = subject_;
    current_.requests = {request};
    kernel_ = kernel_name(request);
  }

  measure::Job& add(const std::string& name, models::Count processes, models::Count threads,
                    models::Count connections) {
    models::Configuration what;
    what.subject = subject_.name;
    what.kernel = kernel_;
    what.server = options_.server;
    what.processes = subject_.varies_processes() ? processes : options_.processes;
    what.threads = subject_.varies_threads() ? threads : options_.threads;
    what.cpu = options_.cpu;
    what.cores = options_.machine_cores;
    what.connections = connections;
    what.keep_alive = options_.keep_alive;
    what.warm_up = models::Duration{options_.quick ? 0.5 : 1.0};
    what.window = options_.window.value_or(models::Duration{options_.quick ? 2.0 : 3.5});
    jobs_.push_back({kernel_ + ": " + name, current_, what});
    return jobs_.back();
  }

  void add_aged(models::Count processes, models::Count before) {
    measure::Job& job = add(fmt::format("memory {}", before), processes, 1, few_connections);
    job.what.preload = !subject_.preload_argument.empty();
    job.what.keep_alive = false;
    job.what.warm_up = job.what.window = {};
    job.before = before;
    job.once = true;
  }

  void add_paced(const std::string& name, models::Fraction share) {
    if (!options_.quick) add(name, 1, 1, many_connections).paced = share;
  }

  const measure::Subject& subject_;
  const PlanOptions& options_;
  measure::Subject current_;
  std::string kernel_;
  std::vector<measure::Job> jobs_;
};

}  // namespace

std::string kernel_name(const measure::Request& request) {
  if (!request.kernel.empty()) return request.kernel;
  std::string name;
  for (const char character : request.path.substr(0, request.path.find('?'))) {
    if (std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '-') {
      name += character;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  while (name.ends_with('_')) name.pop_back();
  return name.empty() ? "root" : name;
}

std::vector<measure::Job> probe_plan(const measure::Subject& subject, const PlanOptions& options) {
  Plan plan(subject, options);
  for (const measure::Request& request : subject.requests) plan.add_kernel(request);
  plan.add_structure(subject.requests.front());
  if (options.memory) {
    for (const measure::Request& request : subject.requests) plan.add_memory(request);
  }
  return plan.take();
}

models::Duration expected_length(const std::vector<measure::Job>& jobs, int rounds) {
  models::Duration length;
  for (const measure::Job& job : jobs) {
    const models::Duration before{static_cast<double>(job.before) / usual_rate};
    const models::Duration once = before + job.what.warm_up + job.what.window + models::Duration{start_and_stop};
    length += once * static_cast<double>(job.once ? 1 : rounds);
  }
  return length;
}

}  // namespace profiler
