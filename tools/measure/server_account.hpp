// SPDX-License-Identifier: MIT
// What a server uses, whether it lives in a cgroup or is only known as a tree of processes.
#pragma once

#include <sys/types.h>

#include <vector>

#include "tools/measure/cgroup.hpp"
#include "tools/measure/process_counters.hpp"

namespace measure {

class ServerAccount {
 public:
  // `ancestor`: the server is what lies below it, `included` with it. 0: the group says who belongs to it.
  ServerAccount(Cgroup group, pid_t ancestor, bool included)
      : group_(std::move(group)), ancestor_(ancestor), included_(included) {}

  Cgroup& group() { return group_; }
  const Cgroup& group() const { return group_; }
  void set_ancestor(pid_t ancestor) { ancestor_ = ancestor; }

  std::vector<pid_t> processes() const;
  Nanoseconds cpu() const;
  models::MemoryReading memory() const;

 private:
  Cgroup group_;
  pid_t ancestor_;
  bool included_;
};

}  // namespace measure
