// SPDX-License-Identifier: MIT
// A server under measurement: started or attached to, its memory read before the first load. Several windows can be
// measured on one start; every window loads it as its configuration says.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/measure/cores.hpp"
#include "tools/measure/load_generator.hpp"
#include "tools/measure/server_account.hpp"
#include "tools/measure/server_process.hpp"
#include "tools/measure/subject.hpp"

namespace measure {

class Deployment {
 public:
  Deployment(const Subject& subject, const models::Configuration& what, const Observer& observer = {});
  Deployment(const RunningServer& server, const models::Configuration& what, const Observer& observer = {});

  const models::MemoryReading& idle() const { return idle_; }
  const Address& address() const { return address_; }

  // Connections, rate, keep_alive, warm_up and window are those of `what`; the rest must be what was started.
  models::MeasuredRun measure(const models::Configuration& what, models::Count before = 0, const MeasureOptions& options = {});

 private:
  LoadPlan plan(const models::Configuration& what, const MeasureOptions& options) const;
  void make_requests(const models::Configuration& what, models::Count number, const MeasureOptions& options);
  void check_alive() const;
  const ServerAccount& account() const { return server_ ? server_->account() : *attached_; }

  std::vector<Request> requests_;
  CoreSplit cores_;
  std::optional<Subject> subject_;           // outlives the server that was started from it
  std::unique_ptr<ServerProcess> server_;    // null: attached
  std::optional<ServerAccount> attached_;
  Address address_;
  models::MemoryReading idle_;
  models::Count made_ = 0;                   // requests answered so far
};

}  // namespace measure
