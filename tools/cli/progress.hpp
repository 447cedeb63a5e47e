// SPDX-License-Identifier: MIT
// One line on a terminal's stderr that says how far the run is and how long it may take. Elsewhere: silence.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace cli {

struct Step {
  std::string label;                        // what is being worked on
  std::size_t done = 0;
  std::size_t expected = 0;                 // may grow
  std::string_view unit = "replications";
};

// "gthread-2x8  12 of 64 replications, 5s left"; no time before anything is done.
std::string progress_line(const Step& step, std::chrono::duration<double> elapsed);

class ProgressLine {
 public:
  explicit ProgressLine(bool shown);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // One call at a time.
  void show(const Step& step);
  void show(std::string line);
  void clear();

 private:
  bool shown_;
  bool visible_ = false;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace cli
