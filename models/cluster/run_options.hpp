// SPDX-License-Identifier: MIT
// How whoever asks for simulations wants them done: on how many threads, watched and stopped by whom.
#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>

namespace models {

struct Progress {
  std::size_t done = 0;        // replications
  std::size_t expected = 0;    // estimate; grows when precision asks for more
  std::string deployment;
};

struct RunOptions {
  int jobs = 0;                                      // threads; 0: one per core
  std::function<void(const Progress&)> on_progress;  // called from any thread, one at a time
  std::function<bool()> stop_requested;              // checked between replications and every few million events
  bool capacity = false;                             // find the capacity of every deployment, whether asked in the file or not
};

// A search was stopped before it had an answer.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

}  // namespace models
