// SPDX-License-Identifier: MIT
#include "tools/cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "tools/cli/output.hpp"
#include "tools/cli/terminal.hpp"

namespace cli {

std::string progress_line(const Step& step, std::chrono::duration<double> elapsed) {
  std::string line = step.label.empty() ? std::string() : step.label + "  ";
  line += fmt::format("{} of {} {}", step.done, std::max(step.done, step.expected), step.unit);
  const auto done_now = static_cast<double>(step.done - step.earlier);
  if (done_now == 0.0) return line;
  if (step.with_rate) line += fmt::format(", {:.3g}/s", done_now / elapsed.count());
  if (step.expected <= step.done) return line;
  const double left = elapsed.count() / done_now * static_cast<double>(step.expected - step.done);
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

ProgressLog::ProgressLog(bool shown) : shown_(shown), start_(std::chrono::steady_clock::now()) {}

void ProgressLog::show(const Step& step) {
  const std::size_t tenths = step.expected == 0 ? 10 : step.done * 10 / step.expected;
  if (!shown_ || tenths <= std::max(tenths_, step.earlier * 10 / std::max<std::size_t>(step.expected, 1)))
    return;
  tenths_ = tenths;
  tell(fmt::format("forkcast: {} %, {}", tenths * 10,
                   progress_line(step, std::chrono::steady_clock::now() - start_)));
}

}  // namespace cli
