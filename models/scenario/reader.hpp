// SPDX-License-Identifier: MIT
// Reads what a user wrote, strictly and within bounds. Nothing is returned unless everything is right; what
// is wrong is in the diagnostics, all of it at once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/profile/host_profile.hpp"
#include "models/scenario/diagnostics.hpp"
#include "models/scenario/scenario.hpp"

namespace models {

// file: "-" is standard input. settings: "path=value" each, laid over the file in order; deployments and the
// like are addressed by name, items of lists by their index from 0; the value null removes.
std::optional<Scenario> read_scenario(const std::string& file, const std::vector<std::string>& settings,
                                      Diagnostics& diagnostics);

std::optional<Profile> read_profile(const std::string& file, Diagnostics& diagnostics);

std::optional<HostProfile> read_host_profile(const std::string& file, Diagnostics& diagnostics);

std::optional<PriceSheet> read_price_sheet(const std::string& file, Diagnostics& diagnostics);

// Whether a scenario, profile, host profile or price sheet has no errors.
bool lint(const std::string& file, Diagnostics& diagnostics);

// The same readers on a text that is already in memory; `name` stands for the file.
std::optional<Scenario> parse_scenario(const std::string& name, const std::string& text,
                                       const std::vector<std::string>& settings, Diagnostics& diagnostics);
std::optional<Profile> parse_profile(const std::string& name, const std::string& text,
                                     Diagnostics& diagnostics);
std::optional<HostProfile> parse_host_profile(const std::string& name, const std::string& text,
                                              Diagnostics& diagnostics);
std::optional<PriceSheet> parse_price_sheet(const std::string& name, const std::string& text,
                                            Diagnostics& diagnostics);

}  // namespace models
