// SPDX-License-Identifier: MIT
#include "models/scenario/host_reader.hpp"

#include <optional>

#include "models/fields/spelling.hpp"
#include "models/profile/carrying.hpp"
#include "models/scenario/scaling_check.hpp"
#include "models/scenario/tables.hpp"
#include "models/scenario/typed_reader.hpp"

namespace models {
namespace {

// The host profile that `file` names, or nothing after an error.
std::optional<HostProfile> named_host(const YamlNode& file, std::string_view path, Sources& sources,
                                      Diagnostics& diagnostics) {
  if (file.shape != YamlNode::Shape::scalar || file.scalar.empty()) {
    diagnostics.error(file.value_place(), in_quotes(file.key) + " must be the path of a host profile", {}, path);
    return std::nullopt;
  }
  const std::size_t errors_before = diagnostics.errors();
  const auto stored = sources.load(relative_to(*file.place.source, file.scalar), &file.place, diagnostics);
  if (!stored) return std::nullopt;
  HostProfile host = read_whole_host(*stored, stem_of(file.scalar), diagnostics);
  if (diagnostics.errors() > errors_before) return std::nullopt;
  return host;
}

}  // namespace

std::string stem_of(const std::string& file) {
  const std::string base = file.substr(file.rfind('/') + 1);
  return base.substr(0, base.find('.'));
}

HostProfile read_whole_host(const YamlNode& node, const std::string& name, Diagnostics& diagnostics) {
  HostProfile host;
  TypedReader reader(diagnostics);
  // Whoever writes a host profile has measured it.
  reader.set_measured_source(node.place.source);
  reader.read(host_table(), node, &host, {});
  if (host.name.empty()) host.name = name;
  check_scaling(host.scaling.compute, host.cores, node_at(node, {"scaling", "compute"}), diagnostics);
  check_scaling(host.scaling.memory, host.cores, node_at(node, {"scaling", "memory"}), diagnostics);
  return host;
}

void fill_host(const YamlNode& node, MeasuredHost& host, Sources& sources, Diagnostics& diagnostics) {
  const YamlNode* file = node.find("file");
  if (!file) return;
  const auto stored = named_host(*file, "profiles.host.file", sources, diagnostics);
  if (!stored) return;
  if (!node.find("name")) host.name = stored->name;
  if (!node.find("speed")) host.speed = stored->speed.value;
  const bool other_cores = node.find("cores") && host.cores != stored->cores;
  if (!node.find("cores")) host.cores = stored->cores;
  if (!node.find("scaling") && !other_cores) host.scaling = stored->scaling.compute;
}

void move_to_host(const YamlNode& node, const YamlNode& root, Scenario& scenario, Sources& sources,
                  Diagnostics& diagnostics) {
  const YamlNode* file = node.find("host");
  if (!file || file->shape == YamlNode::Shape::empty) return;
  const auto host = named_host(*file, "node.host", sources, diagnostics);
  if (!host) return;
  scenario.node.cores = host->cores;
  scenario.node.scaling = host->scaling.compute;
  for (auto& [key, profile] : scenario.profiles) {
    if (!at_home(profile, *host) && !profile.host.speed) {
      const YamlNode* written = node_at(root, {"profiles", key});
      diagnostics.error(written ? written->key_place : file->place,
                        "profile " + in_quotes(key) + " does not say how fast its own host was, so its CPU times " +
                            "cannot be carried to " + in_quotes(host->name),
                        "add 'host: {file: its.host.yaml}' or 'host: {speed: 1}' to the profile", "node.host");
      continue;
    }
    carry(profile, *host);
  }
}

}  // namespace models
