// SPDX-License-Identifier: MIT
// The concurrency models: what differs between processes, threads and event loops once a request has a worker.
// A new one is a file models/runtime/<name>.cpp with its class, help and factory, a declaration here and one line in
// registry.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "models/runtime/server.hpp"

namespace models {

struct Deployment;
struct Profile;
struct ProcessContext;
class WorkerProcess;

struct RuntimeInfo {
  std::string_view name;
  std::string_view help;
  std::unique_ptr<WorkerProcess> (*make)(ProcessContext&, std::uint64_t number);
  // A process takes up requests without waiting for a worker to be done with another; what they held is garbage of all.
  bool takes_any_number = false;
};

std::span<const RuntimeInfo> runtimes();
const RuntimeInfo* find_runtime(std::string_view name);

// The concurrency model of a deployment: its own word, else what the server does with this profile's interpreter.
const RuntimeInfo& runtime_of(const Deployment& deployment, const Profile& profile);

// The server of a deployment; one that names only a runtime gets a server that fits it.
const ServerInfo& server_of(const Deployment& deployment, const Profile& profile);

extern const RuntimeInfo processes_runtime;
extern const RuntimeInfo gil_threads_runtime;
extern const RuntimeInfo free_threads_runtime;
extern const RuntimeInfo subinterpreters_runtime;
extern const RuntimeInfo event_loop_runtime;
extern const RuntimeInfo mn_tasks_runtime;

}  // namespace models
