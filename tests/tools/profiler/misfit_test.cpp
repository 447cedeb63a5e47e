// SPDX-License-Identifier: MIT
#include "tools/profiler/misfit.hpp"

#include <doctest/doctest.h>

namespace {

// One worker that fits, and two of which each answer takes `p50`.
models::Fitted two_workers(double p50, double predicted, double cpu) {
  models::Fitted fitted;
  fitted.residuals = {{"floor @1", "p50", 0.001, 0.00105, 0.03},
                      {"processes @2", "throughput", 180.0, 620.0, 0.05},
                      {"processes @2", "cpu/request", cpu, cpu, 0.05},
                      {"processes @2", "p50", p50, predicted, 0.05}};
  return fitted;
}

}  // namespace

TEST_CASE("A profile that describes its probes draws no warning, however noisy these are") {
  models::Fitted fitted;
  fitted.residuals = {{"floor @1", "throughput", 100.0, 149.0, 0.01},
                      {"crowd @2", "p50", 0.1, 0.2, 0.3},       // twice as long, 2.3 deviations
                      {"floor @1", "p99", 0.1, 0.9, 0.01},      // the tail is nothing to judge by
                      {"rare @3", "throughput", 1.0, 9.0, 0.0}};  // not fitted
  CHECK(profiler::misfit(fitted).empty());
}

TEST_CASE("The probe that is missed most is named, with what was measured and predicted") {
  const std::string text = profiler::misfit(two_workers(0.012, 0.013, 0.004));
  CHECK(text.starts_with("'processes': throughput is 180/s and the profile predicts 620/s"));
  CHECK(text.find("TCP_NODELAY") == std::string::npos);
}

TEST_CASE("Forty milliseconds for an answer while the cores idle are told from a busy server") {
  CHECK(profiler::misfit(two_workers(0.044, 0.013, 0.0013)).find("TCP_NODELAY") != std::string::npos);
  CHECK(profiler::misfit(two_workers(0.044, 0.013, 0.0060)).find("TCP_NODELAY") == std::string::npos);
  CHECK(profiler::misfit(two_workers(0.070, 0.013, 0.0013)).find("TCP_NODELAY") == std::string::npos);
}
