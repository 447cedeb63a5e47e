// SPDX-License-Identifier: MIT
// Little's law as a sample-path identity: over any window the integral of the number present is the sum of
// the times that each customer spent inside it. Both sides are kept by different means: one watches the
// number, the other the customers.
#pragma once

#include <doctest/doctest.h>

#include "sim/core/time.hpp"
#include "sim/stats/time_average.hpp"

namespace theory {

class Sojourns {
 public:
  void enter(sim::TimePoint now) {
    number_.add(now, 1.0);
    entered_ += now.seconds;
    ++present_;
  }
  void leave(sim::TimePoint entered, sim::TimePoint now) {
    number_.add(now, -1.0);
    entered_ -= entered.seconds;
    spent_ += now - entered;
    --present_;
  }

  double mean_number(sim::TimePoint end) const { return number_.mean(end); }

  void check_little(sim::TimePoint end) const {
    const double of_customers = spent_.seconds + static_cast<double>(present_) * end.seconds - entered_;
    REQUIRE(number_.mean(end) * end.seconds == doctest::Approx(of_customers).epsilon(1e-9));
  }

 private:
  sim::TimeAverage number_;
  sim::Duration spent_;
  double entered_ = 0.0;  // sum of the arrival times of those present
  long present_ = 0;
};

}  // namespace theory
