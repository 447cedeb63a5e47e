// SPDX-License-Identifier: MIT
#include "models/analytic/quota.hpp"

#include <algorithm>

namespace models::analytic {

QuotaCycle quota_cycle(double quota_cores, sim::Duration period, std::size_t threads, double cores) {
  const double used_while_running = std::min(static_cast<double>(threads), cores);
  if (used_while_running <= quota_cores) return {period, sim::Duration{}, used_while_running};
  const sim::Duration running = quota_cores / used_while_running * period;
  return {running, period - running, quota_cores};
}

}  // namespace models::analytic
