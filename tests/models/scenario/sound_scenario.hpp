// SPDX-License-Identifier: MIT
// A scenario without a mistake, and what the reader says of texts that are not like it.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/scenario/reader.hpp"

namespace sound_scenario {

inline constexpr const char* sound = R"(service:
  load: 300/s
  slo: {p99: 250ms}
container: {limits: {cpu: 2}}
pools:
  db: {size: 4}
profiles:
  gil:
    memory: {process: 45MiB}
    kernels:
      json:
        phases:
          - {lock: 930us, releases: 10}
          - {wait: 20ms, pool: db}
deployments:
  two:
    profile: gil
    server: gunicorn_gthread
    threads: 2
)";

inline std::string with(const std::string& from, const std::string& to) {
  std::string text = sound;
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, from);
  return text.replace(at, from.size(), to);
}

// The first line of each diagnostic.
inline std::vector<std::string> headers(const std::string& text, const std::vector<std::string>& settings = {}) {
  models::Diagnostics diagnostics;
  const auto scenario = models::parse_scenario("s.yaml", text, settings, diagnostics);
  CHECK(scenario.has_value() == !diagnostics.has_errors());
  std::vector<std::string> lines;
  for (const models::Diagnostic& diagnostic : diagnostics.sorted()) {
    const std::string rendered = render(diagnostic, false);
    lines.push_back(rendered.substr(0, rendered.find('\n')));
  }
  return lines;
}

using Lines = std::vector<std::string>;

inline std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

}  // namespace sound_scenario
