// SPDX-License-Identifier: MIT
// Processes that the tests of the shared server run on it.
#pragma once

#include "sim/core/process.hpp"
#include "sim/resource/job.hpp"
#include "sim/resource/shared_server.hpp"

namespace server_test {

using sim::Duration;
using sim::GroupId;
using sim::Process;
using sim::SharedServer;
using sim::TimePoint;

// Runs one burst and notes when it ended and what was left.
struct Burst {
  TimePoint ended = TimePoint::never();
  Duration left{-1.0};
};

inline Process run_burst(SharedServer& server, GroupId group, Duration work, Burst& burst) {
  sim::Job job(server, group);
  burst.left = co_await job.use(work);
  burst.ended = server.simulation().now();
}

inline Process run_job(sim::Job& job, Duration work, Burst& burst) {
  burst.left = co_await job.use(work);
  burst.ended = job.server().simulation().now();
}

inline Process run_bursts(SharedServer& server, GroupId group, Duration work, int bursts, TimePoint& ended) {
  sim::Job job(server, group);
  for (int i = 0; i < bursts; ++i) co_await job.use(work);
  ended = server.simulation().now();
}

inline Process spin(SharedServer& server, GroupId group) {
  sim::Job job(server, group);
  co_await job.use(Duration::infinite());
}

inline Process work_and_rest(SharedServer& server, GroupId group, Duration work, Duration rest) {
  sim::Job job(server, group);
  for (;;) {
    co_await job.use(work);
    co_await server.simulation().sleep(rest);
  }
}

}  // namespace server_test
