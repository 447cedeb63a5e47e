// SPDX-License-Identifier: MIT
#include "models/runtime/registry.hpp"

#include <algorithm>
#include <array>

#include "models/profile/profile.hpp"
#include "models/runtime/deployment.hpp"

namespace models {

std::span<const RuntimeInfo> runtimes() {
  // Inside, because constants of other files may not be there yet when this file's are made.
  static const std::array<RuntimeInfo, 6> table{processes_runtime,       gil_threads_runtime, free_threads_runtime,
                                                subinterpreters_runtime, event_loop_runtime,  mn_tasks_runtime};
  return table;
}

const RuntimeInfo* find_runtime(std::string_view name) {
  const auto all = runtimes();
  const auto found = std::ranges::find(all, name, &RuntimeInfo::name);
  return found == all.end() ? nullptr : &*found;
}

const RuntimeInfo& runtime_of(const Deployment& deployment, const Profile& profile) {
  if (!deployment.runtime.empty()) return *find_runtime(deployment.runtime);
  const bool lock = profile.lock.present || deployment.force_lock;
  const ServerInfo& server = *find_server(deployment.server);
  return *find_runtime(lock ? server.runtime_with_lock : server.runtime_without_lock);
}

const ServerInfo& server_of(const Deployment& deployment, const Profile& profile) {
  if (!deployment.server.empty()) return *find_server(deployment.server);
  const std::string_view runtime = runtime_of(deployment, profile).name;
  if (runtime == event_loop_runtime.name) return *find_server("uvicorn");
  if (runtime == mn_tasks_runtime.name) return *find_server("go_http");
  return *find_server("pool");
}

}  // namespace models
