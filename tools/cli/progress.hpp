// SPDX-License-Identifier: MIT
// One line on a terminal's stderr that says how far the run is and how long it may take. Elsewhere: silence,
// or for what takes long a line for each tenth of the way.
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
  std::size_t earlier = 0;  // of what is done, done by an earlier run
  bool with_rate = false;   // how many are done in a second
};

// "gthread-2x8  12 of 64 replications, 5s left", "12 of 64 points, 3.1/s, 17s left"; no time before anything
// is done.
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

// The same for a log: a line whenever another tenth is done.
class ProgressLog {
 public:
  explicit ProgressLog(bool shown);

  // One call at a time.
  void show(const Step& step);

 private:
  bool shown_;
  std::size_t tenths_ = 0;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace cli
