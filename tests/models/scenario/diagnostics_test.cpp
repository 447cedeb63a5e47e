// SPDX-License-Identifier: MIT
#include "models/scenario/diagnostics.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

const models::Source web("scenarios/web.yaml", "runtime:\n    threds: 8\n\xC3\xA9\xC3\xA9: 512\n");

}  // namespace

TEST_CASE("a diagnostic shows the line with its number, the stretch that is meant, and a remedy") {
  models::Diagnostics diagnostics;
  diagnostics.error(web.place(13, 6), "unknown key 'threds' in 'runtime'", "did you mean 'threads'?",
                    "runtime.threads");
  CHECK(render(diagnostics, false) ==
        "scenarios/web.yaml:2:5: error: unknown key 'threds' in 'runtime'\n"
        "   2 |     threds: 8\n"
        "     |     ^~~~~~ did you mean 'threads'?   (forkcast explain runtime.threads)\n"
        "1 error. Nothing was run.\n");
  CHECK(render(diagnostics.sorted()[0], true) ==
        "\033[1mscenarios/web.yaml:2:5:\033[0m \033[1;31merror:\033[0m unknown key 'threds' in 'runtime'\n"
        "   2 |     threds: 8\n"
        "     |     \033[1;31m^~~~~~\033[0m did you mean 'threads'?   (forkcast explain runtime.threads)\n");
}

TEST_CASE("columns and carets count characters, not bytes") {
  models::Diagnostics diagnostics;
  diagnostics.error(web.place(29, 3), "needs a unit");
  CHECK(render(diagnostics.sorted()[0], false) ==
        "scenarios/web.yaml:3:5: error: needs a unit\n"
        "   3 | \xC3\xA9\xC3\xA9: 512\n"
        "     |     ^~~\n");
}

TEST_CASE("warnings stop nothing and are not counted as errors") {
  models::Diagnostics diagnostics;
  diagnostics.warning(web.whole(), "odd");
  CHECK_FALSE(diagnostics.has_errors());
  CHECK(render(diagnostics, false) == "scenarios/web.yaml:1:1: warning: odd\n   1 | runtime:\n     | ^\n");
}

TEST_CASE("diagnostics come in the order of the lines, file by file") {
  const models::Source other("a.yaml", "x: 1\n");
  models::Diagnostics diagnostics;
  diagnostics.error(web.place(9, 1), "second");
  diagnostics.error(other.whole(), "third");
  diagnostics.error(web.place(0, 1), "first");
  std::string order;
  for (const models::Diagnostic& diagnostic : diagnostics.sorted()) order += diagnostic.summary + " ";
  CHECK(order == "first second third ");
}

TEST_CASE("of a very long line the stretch around the caret is shown") {
  const models::Source source("long.yaml", std::string(5000, 'a') + "b" + std::string(5000, 'c'));
  models::Diagnostics diagnostics;
  diagnostics.error(source.place(5000, 3000), "here");
  const std::string text = render(diagnostics.sorted()[0], false);
  CHECK(text == "long.yaml:1:5001: error: here\n   1 | " + std::string(40, 'a') + "b" + std::string(69, 'c') +
                    "\n     | " + std::string(40, ' ') + "^" + std::string(69, '~') + "\n");
}
