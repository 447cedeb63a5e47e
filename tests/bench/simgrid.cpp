// SPDX-License-Identifier: MIT
// The models in SimGrid's actors, as a program (run_model.hpp). Random numbers are forkcast's, so that the
// engines are compared and not the generators.
#include <simgrid/s4u.hpp>

#include <simgrid/version.h>
#include <xbt/log.h>

#include <queue>

#include "sim/random/stream.hpp"
#include "tests/bench/models.hpp"
#include "tests/bench/run_model.hpp"

namespace {

namespace sg4 = simgrid::s4u;

// A platform of one host and what all models need. The time counts from the end of `first` operations on, in
// which actors begin.
class World {
 public:
  World(std::uint64_t operations, std::uint64_t seed, bench::Stopwatch& stopwatch, std::uint64_t first = 0,
        double cores = 1.0)
      : engine_("bench"),
        stopwatch_(stopwatch),
        counted_(operations),
        left_(first + operations),
        random_(seed, 0, "simgrid", 0) {
    xbt_log_control_set("root.thresh:critical");
    // Stacks of 64 KiB, or thousands of actors would not fit.
    sg4::Engine::set_config("contexts/stack-size:64");
    sg4::NetZone* const zone = sg4::create_full_zone("world");
    host_ = zone->create_host("node", 1.0)->set_core_count(static_cast<int>(cores));
    host_->seal();
    zone->seal();
  }

  template <class Code>
  void add_actor(Code code) {
    sg4::Actor::create("actor", host_, code);
  }
  double draw(double mean) { return mean * random_.exponential(); }
  void done() {
    --left_;
    if (left_ == counted_) begin();
    if (left_ > 0) return;
    stopwatch_.stop();
    end_ = sg4::Engine::get_clock();
    sg4::Actor::kill_all();
    sg4::this_actor::exit();
  }
  // Until all is done; returns the time that it took.
  double run() {
    if (left_ == counted_) begin();
    engine_.run();
    return end_ - start_;
  }

 private:
  void begin() {
    start_ = sg4::Engine::get_clock();
    stopwatch_.start();
  }

  sg4::Engine engine_;
  sg4::Host* host_ = nullptr;
  bench::Stopwatch& stopwatch_;
  std::uint64_t counted_;
  std::uint64_t left_;
  double start_ = 0.0;
  double end_ = 0.0;
  sim::Stream random_;
};

double queue(std::uint64_t customers, std::uint32_t servers, std::uint64_t seed,
             bench::Stopwatch& stopwatch) {
  World world(customers, seed, stopwatch);
  std::queue<double> line;
  const sg4::SemaphorePtr waiting = sg4::Semaphore::create(0);
  double total = 0.0;
  world.add_actor([&] {
    for (;;) {
      sg4::this_actor::sleep_for(world.draw(1.0 / (bench::load * servers)));
      line.push(sg4::Engine::get_clock());
      waiting->release();
    }
  });
  for (std::uint32_t i = 0; i < servers; ++i) {
    world.add_actor([&] {
      for (;;) {
        waiting->acquire();
        const double arrived = line.front();
        line.pop();
        sg4::this_actor::sleep_for(world.draw(1.0));
        total += sg4::Engine::get_clock() - arrived;
        world.done();
      }
    });
  }
  world.run();
  return total / static_cast<double>(customers);
}

double hold(std::uint64_t waits, std::uint32_t pending, std::uint64_t seed, bench::Stopwatch& stopwatch) {
  World world(waits, seed, stopwatch, pending);
  for (std::uint32_t i = 0; i < pending; ++i) {
    world.add_actor([&] {
      for (;;) {
        sg4::this_actor::sleep_for(world.draw(1.0));
        world.done();
      }
    });
  }
  return world.run();
}

double repair(std::uint64_t repairs, std::uint32_t machines, std::uint64_t seed,
              bench::Stopwatch& stopwatch) {
  World world(repairs, seed, stopwatch);
  const sg4::SemaphorePtr repairman = sg4::Semaphore::create(1);
  for (std::uint32_t i = 0; i < machines; ++i) {
    world.add_actor([&] {
      for (;;) {
        sg4::this_actor::sleep_for(world.draw(machines));
        repairman->acquire();
        sg4::this_actor::sleep_for(world.draw(1.0));
        repairman->release();
        world.done();
      }
    });
  }
  return world.run();
}

double sharing(std::uint64_t bursts, std::uint32_t jobs, std::uint64_t seed, bench::Stopwatch& stopwatch) {
  World world(bursts, seed, stopwatch, 0, bench::sharing_cores);
  for (std::uint32_t i = 0; i < jobs; ++i) {
    world.add_actor([&] {
      for (;;) {
        sg4::this_actor::sleep_for(world.draw(bench::pause_per_job * jobs));
        sg4::this_actor::execute(world.draw(1.0));
        world.done();
      }
    });
  }
  return world.run();
}

std::string version() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  sg_version_get(&major, &minor, &patch);
  std::string version = std::to_string(major);
  for (const int part : {minor, patch}) {
    version += '.';
    version += std::to_string(part);
  }
  return version;
}

}  // namespace

int main(int count, char** arguments) {
  return bench::run_model(count, arguments, version(),
                          {{"queue", bench::mean_of(queue)},
                           {"hold", bench::rate_of(hold)},
                           {"repair", bench::rate_of(repair)},
                           {"sharing", bench::rate_of(sharing)}});
}
