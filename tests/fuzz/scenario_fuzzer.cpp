// SPDX-License-Identifier: MIT
// libFuzzer: no text may crash, hang or exhaust the reader, and whatever it refuses it must explain.
//   cmake -B build-fuzz -DFORKCAST_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++ && ninja -C build-fuzz
//   scenario_fuzzer build-fuzz/tests/fuzz/scenario_fuzzer -dict=tests/fuzz/scenario.dict CORPUS scenarios
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "models/scenario/reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  models::Diagnostics diagnostics;
  const bool accepted = models::parse_scenario("fuzz.yaml", text, {}, diagnostics).has_value();
  if (accepted == diagnostics.has_errors()) std::abort();
  models::Diagnostics of_profile;
  if (models::parse_profile("fuzz.profile.yaml", text, of_profile).has_value() == of_profile.has_errors())
    std::abort();
  // The first line as a --set.
  models::Diagnostics of_setting;
  models::parse_scenario("fuzz.yaml", "service: {load: 1/s}\n", {text.substr(0, text.find('\n'))},
                         of_setting);
  if (!accepted && render(diagnostics, true).empty()) std::abort();
  return 0;
}
