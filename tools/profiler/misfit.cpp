// SPDX-License-Identifier: MIT
#include "tools/profiler/misfit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "tools/report/number.hpp"

namespace profiler {
namespace {

constexpr double far_off = 1.5;       // factor
constexpr double beyond_noise = 4.0;  // standard deviations

// Linux puts an acknowledgement off for 40 ms at first (TCP_DELACK_MIN in include/net/tcp.h), up to a tick more, and
// Nagle's algorithm (RFC 896) holds back the rest of an answer until it has come.
constexpr double delayed_acknowledgement = 0.040;  // seconds
constexpr double tick = 0.010;                     // the longest that Linux is built with

double distance(const models::Residual& one) { return std::abs(std::log(one.predicted / one.measured)); }

bool is_far_off(const models::Residual& one) {
  const bool judged = one.sigma > 0.0 && (one.metric == "throughput" || one.metric == "p50");
  return judged && distance(one) > std::max(std::log(far_off), beyond_noise * one.sigma);
}

double measured(const models::Fitted& fitted, const std::string& run, std::string_view metric) {
  const auto found = std::ranges::find_if(
      fitted.residuals, [&](const models::Residual& one) { return one.run == run && one.metric == metric; });
  return found == fitted.residuals.end() ? std::nan("") : found->measured;
}

// An answer takes that much longer than in the fastest probe, while less than half a core is at work.
bool waits_for_acknowledgements(const models::Fitted& fitted, const std::string& run) {
  double fastest = std::numeric_limits<double>::infinity();
  for (const models::Residual& one : fitted.residuals) {
    if (one.metric == "p50") fastest = std::min(fastest, one.measured);
  }
  const double longer = measured(fitted, run, "p50") - fastest;
  const double busy_cores = measured(fitted, run, "throughput") * measured(fitted, run, "cpu/request");
  return longer >= delayed_acknowledgement - tick / 2.0 && longer < delayed_acknowledgement + tick && busy_cores < 0.5;
}

}  // namespace

std::string misfit(const models::Fitted& fitted) {
  const models::Residual* worst = nullptr;
  for (const models::Residual& one : fitted.residuals) {
    if (is_far_off(one) && (worst == nullptr || distance(one) > distance(*worst))) worst = &one;
  }
  if (worst == nullptr) return {};
  const std::string_view unit = worst->metric == "throughput" ? "1/s" : "s";
  std::string text = fmt::format(
      "'{}': {} is {} and the profile predicts {}: something is at work that the model does not have, and predictions "
      "of such configurations will be as wrong",
      worst->run.substr(0, worst->run.find(" @")), worst->metric, report::format_value(worst->measured, unit),
      report::format_value(worst->predicted, unit));
  if (waits_for_acknowledgements(fitted, worst->run)) {
    text += "; 40ms and more for an answer while the cores idle is what a server shows that does not set TCP_NODELAY";
  }
  return text;
}

}  // namespace profiler
