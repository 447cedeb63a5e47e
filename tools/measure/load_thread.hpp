// SPDX-License-Identifier: MIT
#pragma once

#include <thread>

#include "tools/measure/load_generator.hpp"

namespace measure {

// Runs a generator on a thread of its own that ends with this object.
class LoadThread {
 public:
  explicit LoadThread(LoadGenerator& generator)
      : generator_(generator), thread_([&generator] { generator.run(); }) {}
  ~LoadThread() { join(); }
  LoadThread(const LoadThread&) = delete;
  LoadThread& operator=(const LoadThread&) = delete;
  void join() {
    generator_.stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  LoadGenerator& generator_;
  std::thread thread_;
};

}  // namespace measure
