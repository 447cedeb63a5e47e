// SPDX-License-Identifier: MIT
// Runs with the figures that a test is about.
#pragma once

#include <string>

#include "models/calibration/measured_run.hpp"

namespace validation_test {

inline models::Configuration configuration(models::Count processes, models::Count threads) {
  models::Configuration what;
  what.subject = "shop";
  what.kernel = "json";
  what.server = "gunicorn_gthread";
  what.processes = processes;
  what.threads = threads;
  what.cores = 2;
  what.connections = 8;
  what.window = models::Duration{5.0};
  return what;
}

inline models::MeasuredRun run(const models::Configuration& what, double rate) {
  models::MeasuredRun made;
  made.what = what;
  made.throughput = {rate};
  made.requests = static_cast<models::Count>(rate * what.window.seconds);
  made.latency.p50 = models::Duration{8.0 / rate};
  made.latency.p99 = models::Duration{16.0 / rate};
  made.cpu_per_request = models::Duration{1e-3};
  made.loaded.charge = models::Bytes{100e6};
  made.loaded.pss = {110e6};
  return made;
}

}  // namespace validation_test
