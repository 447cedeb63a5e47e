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
  CHECK(measure::command_line(subject, what, 8080) ==
        "serve -b :8080 -w 3 -t 8  --id 8080-3 '{other}' ${HOME}");
  what.preload = true;
  CHECK(measure::command_line(subject, what, 8080).find("-t 8 --preload --id") != std::string::npos);
}

TEST_CASE("a program replaces the shell, what only a shell can do stays its own") {
  using measure::in_place_of_the_shell;
  CHECK(in_place_of_the_shell("  serve --port 1") == "exec serve --port 1");
  CHECK(in_place_of_the_shell("exec serve") == "exec serve");
  CHECK(in_place_of_the_shell("FLASK_APP=shop A='b c' serve --size=3") ==
        "exec env FLASK_APP=shop A='b c' serve --size=3");
  CHECK(in_place_of_the_shell("./bin/serve=x") == "exec ./bin/serve=x");
  CHECK(in_place_of_the_shell("cd shop && serve") == "cd shop && serve");
  CHECK(in_place_of_the_shell("A=1; serve") == "A=1; serve");
}

TEST_CASE("a free port can be had more than once") {
  CHECK(measure::free_port() > 0);
  CHECK(measure::free_port() > 0);
}
