// SPDX-License-Identifier: MIT
#include "sim/experiment/parallel_for.hpp"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_group.h>

#include <atomic>
#include <mutex>

#include "sim/experiment/thread_sanitizer.hpp"

namespace sim {
namespace {

// Lets one thread of the loop stop all of them, also when it leaves by an exception.
class StopUnless {
 public:
  explicit StopUnless(std::atomic<bool>& stop) : stop_(stop) {}
  ~StopUnless() {
    if (!goes_on_) stop_.store(true);
  }
  StopUnless(const StopUnless&) = delete;
  StopUnless& operator=(const StopUnless&) = delete;

  void set(bool goes_on) { goes_on_ = goes_on; }

 private:
  std::atomic<bool>& stop_;
  bool goes_on_ = false;
};

}  // namespace

void parallel_for(std::size_t count, int jobs, const std::function<Finish(std::size_t index)>& body) {
  const int threads = jobs > 0 ? jobs : oneapi::tbb::info::default_concurrency();
  // Without it an arena never gets more threads than there are cores.
  const oneapi::tbb::global_control allowed(oneapi::tbb::global_control::max_allowed_parallelism,
                                            static_cast<std::size_t>(threads));
  oneapi::tbb::task_arena arena(threads);
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> stop = false;
  std::mutex finishing;
  const auto work = [&] {
    while (!stop.load()) {
      const std::size_t index = next.fetch_add(1);
      if (index >= count) return;
      StopUnless unless(stop);
      const Finish finish = body(index);
      const std::scoped_lock lock(finishing);
      unless.set(finish());
    }
  };
  arena.execute([&] {
    oneapi::tbb::task_group group;
    tell_started(&group);
    for (int thread = 0; thread < threads; ++thread) {
      group.run([&]() SIM_UNWATCHED {
        tell_running(&group);
        work();
      });
    }
    group.wait();
  });
}

}  // namespace sim
