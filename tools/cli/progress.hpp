// SPDX-License-Identifier: MIT
// One line on a terminal's stderr that says how far the run is and how long it may take. Elsewhere: silence.
#pragma once

#include <chrono>
#include <string>

#include "models/comparison/comparison.hpp"

namespace cli {

// "gthread-2x8  12 of 64 replications, 5s left"; no time before anything is done.
std::string progress_line(const models::Progress& progress, std::chrono::duration<double> elapsed);

class ProgressLine {
 public:
  explicit ProgressLine(bool shown);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const models::Progress& progress);   // one call at a time
  void clear();

 private:
  bool shown_;
  bool visible_ = false;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace cli
