// SPDX-License-Identifier: MIT
// What a parameter means, from its field table: `forkcast explain deployments.threads`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace models {

// path: dots between keys; names of deployments and the like may be given or left out. Empty: the top level.
// The name of a metric, server or concurrency model is explained too. Nothing for a path that leads nowhere.
std::optional<std::string> explain(std::string_view path);

// Paths that a wrong one may have meant, the likeliest first; at most five.
std::vector<std::string> suggestions(std::string_view path);

}  // namespace models
