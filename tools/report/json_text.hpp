// SPDX-License-Identifier: MIT
// JSON as text. Bytes that are not UTF-8, as a file's name may have them, become U+FFFD.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace report {

inline std::string json_text(const nlohmann::ordered_json& json, int indent = -1) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace report
