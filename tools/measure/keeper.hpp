// SPDX-License-Identifier: MIT
// A process that stands between forkcast and a server: it starts the server, adopts its orphans, keeps the last of
// its output, and when forkcast asks or dies, by whatever signal, kills all of it and removes its cgroup.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tools/measure/file_descriptor.hpp"
#include "tools/measure/monotonic.hpp"

namespace measure {

struct KeeperPage;   // shared with the keeper

struct Launch {
  std::string command;                          // for /bin/sh -c
  std::vector<std::string> cgroup_directories;  // joined before the command starts; removed at the end
  std::vector<int> cores;                       // that it may run on; empty: all
};

class Keeper {
 public:
  explicit Keeper(const Launch& launch);   // throws MeasurementError where nothing can be started
  ~Keeper();                               // kills what is left
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  pid_t process() const { return keeper_; }
  pid_t server() const;                  // the first process of the server
  Nanoseconds exec_time() const;         // when the command started; 0: not yet

  bool ended() const;                    // the first process has ended
  bool empty() const;                    // and so has everything that it started
  int wait_status() const;               // as of waitpid(2), valid once ended
  std::string output() const;            // the last 16 KiB of stdout and stderr

  void terminate();                      // SIGTERM to the first process, and to its orphans once it has ended
  void kill();                           // everything; waits, at most a few seconds

 private:
  KeeperPage* page_ = nullptr;
  FileDescriptor lifeline_;
  pid_t keeper_ = -1;
};

}  // namespace measure
