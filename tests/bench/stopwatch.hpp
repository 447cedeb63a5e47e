// SPDX-License-Identifier: MIT
// Processor time of this process between two calls. A model starts it when it is set up and stops it when it
// is done.
#pragma once

#include <ctime>

namespace bench {

class Stopwatch {
 public:
  void start() { start_ = processor_seconds(); }
  void stop() { spent_ = processor_seconds() - start_; }
  double spent() const { return spent_; }

 private:
  static double processor_seconds() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  }

  double start_ = 0.0;
  double spent_ = 0.0;
};

}  // namespace bench
