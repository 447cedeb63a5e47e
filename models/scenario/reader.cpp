// SPDX-License-Identifier: MIT
#include "models/scenario/reader.hpp"

#include <memory>
#include <utility>

#include "models/fields/quantity_text.hpp"
#include "models/scenario/autoscale_check.hpp"
#include "models/scenario/checks.hpp"
#include "models/scenario/document.hpp"
#include "models/scenario/host_reader.hpp"
#include "models/scenario/layers.hpp"
#include "models/scenario/mistakes.hpp"
#include "models/scenario/price_reader.hpp"
#include "models/scenario/profile_reader.hpp"
#include "models/scenario/sources.hpp"
#include "models/scenario/swept_scenario.hpp"
#include "models/scenario/tables.hpp"
#include "models/scenario/trace.hpp"
#include "models/scenario/tree_reader.hpp"
#include "models/scenario/typed_reader.hpp"

namespace models {

std::optional<Scenario> scenario_from_tree(const std::string& file, const YamlNode& root, Sources& sources,
                                           Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  Scenario scenario;
  scenario.file = file;
  TypedReader(diagnostics).read(scenario_table(), root, &scenario, {});
  if (const YamlNode* items = root.find("expect");
      items && items->children.size() == scenario.expect.size()) {
    for (std::size_t i = 0; i < scenario.expect.size(); ++i) {
      scenario.expect[i].line = items->children[i].key_place.line;
    }
  }
  if (const YamlNode* profiles = root.find("profiles")) {
    scenario.profiles = ProfileReader(*profiles, sources, diagnostics).read();
  }
  if (const YamlNode* node = root.find("node")) move_to_host(*node, root, scenario, sources, diagnostics);
  read_prices(root, scenario, sources, diagnostics);
  read_trace(root, scenario, diagnostics);
  read_rates(root, scenario, diagnostics);
  check_scenario(root, scenario, diagnostics);
  check_autoscale(root, scenario, diagnostics);
  if (diagnostics.errors() > errors_before) return std::nullopt;
  return scenario;
}

namespace {

std::optional<Scenario> finish_scenario(const std::string& file, YamlNode root,
                                        const std::vector<std::string>& settings, std::size_t errors_before,
                                        Sources& sources, Diagnostics& diagnostics) {
  if (!apply_base(root, sources, diagnostics)) return std::nullopt;
  for (const std::string& setting : settings) apply_setting(root, setting, sources, diagnostics);
  std::optional<Scenario> scenario = scenario_from_tree(file, root, sources, diagnostics);
  if (diagnostics.errors() > errors_before) return std::nullopt;
  return scenario;
}

std::optional<Profile> finish_profile(const std::string& name, const YamlNode& root, std::size_t errors_before,
                                      Sources& sources, Diagnostics& diagnostics) {
  const Profile profile = read_whole_profile(root, stem_of(name), sources, diagnostics);
  if (diagnostics.errors() > errors_before) return std::nullopt;
  return profile;
}

std::optional<HostProfile> finish_host(const std::string& name, const YamlNode& root, std::size_t errors_before,
                                       Diagnostics& diagnostics) {
  const HostProfile host = read_whole_host(root, stem_of(name), diagnostics);
  if (diagnostics.errors() > errors_before) return std::nullopt;
  return host;
}

std::optional<PriceSheet> finish_sheet(const std::string& name, const YamlNode& root, std::size_t errors_before,
                                       Diagnostics& diagnostics) {
  PriceSheet sheet = read_whole_sheet(root, name, diagnostics);
  if (diagnostics.errors() > errors_before) return std::nullopt;
  return sheet;
}

std::optional<YamlNode> parse_text(const std::string& name, const std::string& text, Sources& sources,
                                   Diagnostics& diagnostics) {
  if (text.size() > largest_file) {
    diagnostics.error(sources.add(Source(name, {})).whole(), "the file is larger than 1 MiB");
    return std::nullopt;
  }
  auto clean = clean_text(name, text, diagnostics);
  if (!clean) return std::nullopt;
  return parse_yaml(sources.add(Source(name, std::move(*clean))), diagnostics);
}

// A run tells of them in its results.
void warn_of_mistakes(const YamlNode& root, const Scenario& scenario, Diagnostics& diagnostics) {
  for (const Deployment& deployment : scenario.deployments) {
    if (deployment.workers == Workers::best) continue;
    for (std::string& mistake : mistakes(scenario, deployment)) {
      diagnostics.warning(place_of(root, {"deployments", deployment.name}), std::move(mistake));
    }
  }
}

bool looks_like_host(const std::string& file, const YamlNode& root) {
  if (root.find("service") || root.find("kernels")) return false;
  return root.find("yardstick") || file.find(".host.") != std::string::npos;
}

bool looks_like_prices(const std::string& file, const YamlNode& root) {
  if (root.find("service") || root.find("kernels")) return false;
  return root.find("currency") || file.find(".prices.") != std::string::npos;
}

bool looks_like_profile(const std::string& file, const YamlNode& root) {
  for (const char* key : {"service", "deployments", "profiles", "extends"}) {
    if (root.find(key)) return false;
  }
  return root.find("kernels") || root.find("provenance") || file.find(".profile.") != std::string::npos;
}

}  // namespace

std::optional<Scenario> read_scenario(const std::string& file, const std::vector<std::string>& settings,
                                      Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  Sources sources;
  auto root = sources.load(file, nullptr, diagnostics);
  if (!root) return std::nullopt;
  return finish_scenario(file, *root, settings, errors_before, sources, diagnostics);
}

std::optional<Profile> read_profile(const std::string& file, Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  Sources sources;
  const auto root = sources.load(file, nullptr, diagnostics);
  if (!root) return std::nullopt;
  return finish_profile(file, *root, errors_before, sources, diagnostics);
}

std::optional<HostProfile> read_host_profile(const std::string& file, Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  Sources sources;
  const auto root = sources.load(file, nullptr, diagnostics);
  if (!root) return std::nullopt;
  return finish_host(file, *root, errors_before, diagnostics);
}

std::optional<PriceSheet> read_price_sheet(const std::string& file, Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  Sources sources;
  const auto root = sources.load(file, nullptr, diagnostics);
  if (!root) return std::nullopt;
  return finish_sheet(file, *root, errors_before, diagnostics);
}

bool lint(const std::string& file, Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  auto sources = std::make_unique<Sources>();
  auto root = sources->load(file, nullptr, diagnostics);
  if (!root) return false;
  if (looks_like_host(file, *root)) return finish_host(file, *root, errors_before, diagnostics).has_value();
  if (looks_like_prices(file, *root)) return finish_sheet(file, *root, errors_before, diagnostics).has_value();
  if (looks_like_profile(file, *root))
    return finish_profile(file, *root, errors_before, *sources, diagnostics).has_value();
  if (root->find("sweep")) {
    const auto swept = SweptScenario::from_tree(file, std::move(*root), std::move(sources), {}, diagnostics);
    return swept && swept->check(diagnostics);
  }
  const auto scenario = finish_scenario(file, *root, {}, errors_before, *sources, diagnostics);
  if (scenario) warn_of_mistakes(*root, *scenario, diagnostics);
  return scenario.has_value();
}

std::optional<Scenario> parse_scenario(const std::string& name, const std::string& text,
                                       const std::vector<std::string>& settings, Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  Sources sources;
  auto root = parse_text(name, text, sources, diagnostics);
  if (!root) return std::nullopt;
  return finish_scenario(name, *root, settings, errors_before, sources, diagnostics);
}

std::optional<Profile> parse_profile(const std::string& name, const std::string& text,
                                     Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  Sources sources;
  const auto root = parse_text(name, text, sources, diagnostics);
  if (!root) return std::nullopt;
  return finish_profile(name, *root, errors_before, sources, diagnostics);
}

std::optional<HostProfile> parse_host_profile(const std::string& name, const std::string& text,
                                              Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  Sources sources;
  const auto root = parse_text(name, text, sources, diagnostics);
  if (!root) return std::nullopt;
  return finish_host(name, *root, errors_before, diagnostics);
}

std::optional<PriceSheet> parse_price_sheet(const std::string& name, const std::string& text,
                                            Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  Sources sources;
  const auto root = parse_text(name, text, sources, diagnostics);
  if (!root) return std::nullopt;
  return finish_sheet(name, *root, errors_before, diagnostics);
}

}  // namespace models
