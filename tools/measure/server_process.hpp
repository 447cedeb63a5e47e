// SPDX-License-Identifier: MIT
// A server that forkcast started: in a cgroup with the limits of its configuration, watched by a keeper, ready when
// every worker serves, and gone with this object.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/measure/keeper.hpp"
#include "tools/measure/load_generator.hpp"
#include "tools/measure/server_account.hpp"
#include "tools/measure/subject.hpp"

namespace measure {

class ServerProcess {
 public:
  // Throws MeasurementError, with the server's last output, unless it serves within the subject's time limit.
  ServerProcess(const Subject& subject, const models::Configuration& what, const std::vector<int>& cores,
                const std::function<bool()>& stop_requested);
  ~ServerProcess();

  const Address& address() const { return address_; }
  const ServerAccount& account() const { return account_; }
  pid_t keeper() const { return keeper_.process(); }
  models::Duration start_time() const { return start_time_; }
  models::Duration start_cpu() const { return start_cpu_; }
  const std::string& warning() const { return warning_; }   // empty: all is well

  // Throws MeasurementError when the server is no more.
  void check_alive() const;

 private:
  static Cgroup limited_group(const models::Configuration& what, const std::vector<int>& cores);
  void wait_for_answer(Nanoseconds limit, const std::function<bool()>& stop_requested);
  void wait_for_workers(Nanoseconds limit, models::Count workers, const std::function<bool()>& stop_requested);
  void stop();
  [[noreturn]] void report(const std::string& what) const;

  const Subject& subject_;
  Address address_;
  std::string command_;
  ServerAccount account_;
  Keeper keeper_;
  models::Duration start_time_;
  models::Duration start_cpu_;
  std::string warning_;
};

}  // namespace measure
