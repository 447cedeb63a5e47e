// SPDX-License-Identifier: MIT
#include "sim/core/end_of_instant.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "sim/core/process.hpp"
#include "sim/core/simulation.hpp"

using namespace sim::literals;
using sim::EndOfInstant;
using sim::Process;
using sim::Simulation;

namespace {

struct Note {
  std::string& log;
  char letter;
};

void append(void* self) {
  const Note& note = *static_cast<Note*>(self);
  note.log += note.letter;
}

}  // namespace

TEST_CASE("a call at the end of the instant comes once, after all that was woken and before the next event") {
  Simulation simulation;
  std::string log;
  Note note{log, '|'};
  EndOfInstant end(simulation, append, &note);
  [](Simulation& s, std::string& out, EndOfInstant& later) -> Process {
    for (const char letter : {'a', 'b', 'c'}) {
      out += letter;
      later.request();
      later.request();
      co_await s.sleep(0_s);
    }
    co_await s.sleep(1_s);
    out += 'd';
  }(simulation, log, end);
  CHECK(log == "a");
  simulation.run_until({2.0});
  CHECK(log == "abc|d");
}

TEST_CASE(
    "calls at the end of the instant come in the order of the requests, without those whose owner died") {
  Simulation simulation;
  std::string log;
  Note a{log, 'a'}, b{log, 'b'}, c{log, 'c'}, d{log, 'd'};
  EndOfInstant first(simulation, append, &a);
  auto second = std::make_unique<EndOfInstant>(simulation, append, &b);
  EndOfInstant third(simulation, append, &c);
  auto fourth = std::make_unique<EndOfInstant>(simulation, append, &d);
  third.request();
  second->request();
  first.request();
  fourth->request();
  second.reset();
  fourth.reset();
  simulation.run_until({0.0});
  CHECK(log == "ca");
  third.request();
  simulation.run_until({0.0});
  CHECK(log == "cac");
}
