// SPDX-License-Identifier: MIT
#include "tools/measure/command_line.hpp"

#include <doctest/doctest.h>

TEST_CASE("placeholders of a command are replaced wherever they stand, other braces stay") {
  measure::Subject subject;
  subject.command = "serve -b :{port} -w {processes} -t {threads} {preload} --id {port}-{processes} '{other}' ${HOME}";
  subject.preload_argument = "--preload";
  models::Configuration what;
  what.processes = 3;
  what.threads = 8;
  CHECK(measure::command_line(subject, what, 8080) == "exec serve -b :8080 -w 3 -t 8  --id 8080-3 '{other}' ${HOME}");
  what.preload = true;
  CHECK(measure::command_line(subject, what, 8080).find("-t 8 --preload --id") != std::string::npos);
}

TEST_CASE("a free port can be had more than once") {
  CHECK(measure::free_port() > 0);
  CHECK(measure::free_port() > 0);
}
