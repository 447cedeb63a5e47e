// SPDX-License-Identifier: MIT
// Texts that are no scenario at all, or that YAML allows and nobody means.
#include <doctest/doctest.h>

#include <string>

#include "models/scenario/reader.hpp"
#include "tests/models/scenario/sound_scenario.hpp"

using namespace sound_scenario;

TEST_CASE("what YAML allows and nobody means is refused") {
  const auto only = [](const std::string& text) { return joined(headers(text)); };
  CHECK(only("") == "s.yaml:1:1: error: nothing is written in this file\n");
  CHECK(only("# only a comment\n") == "s.yaml:1:1: error: nothing is written in this file\n");
  CHECK(only("hello") == "s.yaml:1:1: error: this must be a map of settings, not a plain value\n");
  CHECK(only("service:1") == "s.yaml:1:1: error: this must be a map of settings, not a plain value\n");
  CHECK(only("- a") == "s.yaml:1:1: error: this must be a map of settings, not a list\n");
  CHECK(only("service: \"x\n") == "s.yaml:1:10: error: this quote is never closed\n");
  CHECK(only("service: 'it''s\n") == "s.yaml:1:10: error: this quote is never closed\n");
  CHECK(only("a: &x 1\nb: *x\n") == "s.yaml:1:4: error: anchors and aliases are not supported\n");
  CHECK(only("a: 1\nb: *x\n") ==
        "s.yaml:2:4: error: this is not valid YAML: the referenced anchor is not defined\n");
  CHECK(only("<<: {a: 1}\n") == "s.yaml:1:1: error: merge keys are not supported\n");
  CHECK(only("a: !!str 1\n") == "s.yaml:1:4: error: tags are not supported\n");
  CHECK(only("a: 1\n---\nb: 2\n") ==
        "s.yaml:2:1: error: there is more than one document, or text after its end\n");
  CHECK(only("{a: 1} b") == "s.yaml:1:8: error: there is more than one document, or text after its end\n");
  CHECK(only("? [1]\n: 2\n") ==
        "s.yaml:1:3: error: the key of a map must be a plain text, not a list or a map\n");
  CHECK(only("~: 2\n") ==
        "s.yaml:1:1: error: the key of a map must be a plain text, and this one is empty\n");
  CHECK(only("a: b: c\n") == "s.yaml:1:5: error: this is not valid YAML: illegal map value\n");
  CHECK(only("service:\n\tload: 1/s\n") == "s.yaml:2:1: error: a tab may not indent a line\n");
  CHECK(only(std::string("a: 1\0b\n", 7)) == "s.yaml:1:5: error: control character 0x00 in the file\n");
  CHECK(only("a: \x1b[31m\n") == "s.yaml:1:4: error: control character 0x1B in the file\n");
  CHECK(only("a: 1\rb: 2\n") == "s.yaml:1:5: error: control character 0x0D in the file\n");
  CHECK(only("a: caf\xE9\n") == "s.yaml:1:7: error: byte 0xE9 is not UTF-8\n");
  CHECK(only("a: \xC0\xAF\n") == "s.yaml:1:4: error: byte 0xC0 is not UTF-8\n");
  CHECK(only("a: \xED\xA0\x80\n") == "s.yaml:1:4: error: byte 0xED is not UTF-8\n");
  CHECK(only("\xFF\xFE"
             "a") == "s.yaml:1:1: error: byte 0xFF is not UTF-8\n");
}

TEST_CASE("a byte order mark and Windows line ends are accepted, and columns count characters") {
  std::string windows = "\xEF\xBB\xBF";
  for (const char c : std::string(sound)) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  CHECK(joined(headers(windows)).empty());
  CHECK(joined(headers("description: {\"\xC3\xA9\xE2\x82\xAC\": 1}\n" + std::string(sound))) ==
        "s.yaml:1:14: error: 'description' must be a text, not a map\n");
  CHECK(joined(headers(with("slo: {p99", "slo: {\"\xC3\xA9\xE2\x82\xAC\": 1s, p99:")))
            .find("s.yaml:3:9: error: unknown key") == 0);
  CHECK(joined(headers(with("slo: {p99: 250ms}", "slo: {mean: 1s, p95: \"\xC3\xA9\", p99: 250}"))) ==
        "s.yaml:3:24: error: 'p95' must be a time such as 20ms, not '\xC3\xA9'\ns.yaml:3:34: error: 'p99' "
        "needs a unit\n");
}

TEST_CASE("input that would take too much is refused before it does") {
  const auto only = [](const std::string& text) { return joined(headers(text)); };
  const auto repeated = [](const std::string& part, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += part;
    return text;
  };
  CHECK(only(std::string(models::largest_file + 1, '#')) ==
        "s.yaml:1:1: error: the file is larger than 1 MiB\n");
  CHECK(only("a: " + repeated("[", 100) + repeated("]", 100)) ==
        "s.yaml:1:67: error: this is nested more than 64 levels deep\n");
  CHECK(only(repeated("{a: ", 100) + "1" + repeated("}", 100)) ==
        "s.yaml:1:257: error: this is nested more than 64 levels deep\n");
  CHECK(only(repeated("{a: ", 200'000)).find("error:") != std::string::npos);
  CHECK(only("a: " + repeated("- ", 300'000)).find("error:") != std::string::npos);
  CHECK(only(repeated("? ", 300'000)).find("error:") != std::string::npos);
  CHECK(only("a: [" + repeated("1,", 400'000) + "1]") ==
        "s.yaml:1:8197: error: this list or map has more than 4096 entries\n");
  std::string laughs = "a: &a [x, x]\n";
  for (char name = 'b'; name < 'k'; ++name) {
    const std::string before(1, static_cast<char>(name - 1));
    laughs += std::string(1, name) + ": &" + name + " [*" + before + ", *" + before + "]\n";
  }
  CHECK(only(laughs) == "s.yaml:1:4: error: anchors and aliases are not supported\n");
}
