// SPDX-License-Identifier: MIT
#include "tools/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "tools/cli/terminal.hpp"

namespace cli {

std::string progress_line(const Step& step, std::chrono::duration<double> elapsed) {
  std::string line =
      fmt::format("{}  {} of {} {}", step.label, step.done, std::max(step.done, step.expected), step.unit);
  if (step.done == 0 || step.expected <= step.done) return line;
  const double left =
      elapsed.count() / static_cast<double>(step.done) * static_cast<double>(step.expected - step.done);
  return line + (left < 90.0 ? fmt::format(", {:.0f}s left", left) : fmt::format(", {:.0f}min left", left / 60.0));
}

ProgressLine::ProgressLine(bool shown) : shown_(shown), start_(std::chrono::steady_clock::now()), last_(start_) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::show(const Step& step) { show(progress_line(step, std::chrono::steady_clock::now() - start_)); }

void ProgressLine::show(std::string line) {
  if (!shown_) return;
  const auto now = std::chrono::steady_clock::now();
  // Ten times a second is as often as anybody reads.
  if (now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  const std::size_t room = columns(STDERR_FILENO) - 1;
  if (line.size() > room) line.resize(room);
  std::fprintf(stderr, "\r%s\033[K", line.c_str());
  std::fflush(stderr);
  visible_ = true;
}

void ProgressLine::clear() {
  if (!visible_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  visible_ = false;
}

}  // namespace cli
