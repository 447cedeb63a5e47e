// SPDX-License-Identifier: MIT
#include "sim/experiment/parallel_for.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "sim/experiment/runner.hpp"

namespace {

bool go_on() {
  return true;
}

std::size_t replications(int jobs, std::size_t number, const std::function<void()>& replicate) {
  sim::StoppingRule rule;
  rule.exactly = number;
  const std::vector<sim::Trial> trials{{[&](std::size_t) {
                                          replicate();
                                          return std::vector<double>{1.0};
                                        },
                                        rule}};
  return sim::run(trials, {jobs, {}, {}}).front().observations.size();
}

}  // namespace

TEST_CASE("every index is worked on once and finished once, whatever the number of jobs") {
  for (const int jobs : {0, 1, 2, 7}) {
    std::vector<std::atomic<int>> visits(1000);
    std::vector<int> finished(1000);
    std::atomic<int> inside = 0;
    bool overlapped = false;
    sim::parallel_for(visits.size(), jobs, [&](std::size_t index) -> sim::Finish {
      ++visits[index];
      return [&, index] {
        overlapped = overlapped || inside.fetch_add(1) != 0;
        std::this_thread::yield();
        ++finished[index];
        inside.fetch_sub(1);
        return true;
      };
    });
    CHECK_FALSE(overlapped);
    for (const std::atomic<int>& count : visits) CHECK(count == 1);
    CHECK(finished == std::vector<int>(1000, 1));
  }
}

TEST_CASE("no more threads than jobs, with the runs that bodies start") {
  for (const int jobs : {1, 2}) {
    std::mutex mutex;
    std::set<std::thread::id> threads;
    const auto note = [&] {
      const std::scoped_lock lock(mutex);
      threads.insert(std::this_thread::get_id());
    };
    std::atomic<std::size_t> replicated = 0;
    sim::parallel_for(40, jobs, [&](std::size_t) {
      note();
      replicated += replications(sim::threads_of_the_loop, 8, note);
      return go_on;
    });
    CHECK(replicated == 320);
    CHECK(threads.size() <= static_cast<std::size_t>(jobs));
  }
}

// One index is left and its run has two replications that wait for each other: they end only if the thread
// that found no index helps.
TEST_CASE("a thread without an index helps with the replications of another") {
  std::atomic<int> inside = 0;
  std::size_t replicated = 0;
  sim::parallel_for(1, 2, [&](std::size_t) {
    replicated = replications(sim::threads_of_the_loop, 2, [&] {
      ++inside;
      while (inside < 2) std::this_thread::yield();
    });
    return go_on;
  });
  CHECK(replicated == 2);
}

TEST_CASE("once a finish says so no other index starts") {
  std::atomic<int> started = 0;
  sim::parallel_for(1000, 1, [&](std::size_t index) -> sim::Finish {
    ++started;
    return [index] { return index < 9; };
  });
  CHECK(started == 10);
}

TEST_CASE("an exception ends the loop, of a body and of its finish") {
  for (const bool late : {false, true}) {
    std::atomic<int> started = 0;
    const auto fail = []() -> bool { throw std::runtime_error("five"); };
    const auto body = [&](std::size_t index) -> sim::Finish {
      ++started;
      if (index == 5 && !late) fail();
      return index == 5 ? sim::Finish(fail) : sim::Finish(go_on);
    };
    CHECK_THROWS_WITH_AS(sim::parallel_for(1'000'000, 1, body), "five", std::runtime_error);
    CHECK(started == 6);
  }
}

TEST_CASE("no indices, no calls") {
  sim::parallel_for(0, 2, [](std::size_t) -> sim::Finish { throw std::runtime_error("called"); });
}
