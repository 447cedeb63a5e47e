// SPDX-License-Identifier: MIT
#include "tools/sweep/header.hpp"

#include <fmt/format.h>

#include <cstring>
#include <set>
#include <utility>

#include "tools/report/cost_view.hpp"
#include "tools/report/record.hpp"
#include "tools/report/reporter.hpp"
#include "tools/sweep/source_digest.hpp"

namespace sweep {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view format_version = "1.0";

// FNV-1a, 64 bits, as for a single scenario.
class Hash {
 public:
  void add(std::string_view bytes) {
    for (const char byte : bytes) hash_ = (hash_ ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
  }
  void add(const models::Scenario& scenario) {
    add(report::scenario_hash(scenario));
    // What is in files of their own and no part of the resolved scenario.
    for (const double time : scenario.service.load.trace_times) add(time);
    for (const models::DayPoint& point : scenario.autoscale.trace_points) {
      add(point.at.seconds);
      add(point.load.per_second);
    }
  }
  std::string digits() const { return fmt::format("{:016x}", hash_); }

 private:
  void add(double number) {
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    add(std::string_view(bytes, sizeof bytes));
  }

  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

ordered_json design_of(const models::SweptScenario& scenario) {
  ordered_json grid = ordered_json::object();
  ordered_json zip = ordered_json::object();
  for (const models::Axis& axis : scenario.points().axes())
    (axis.zipped ? zip : grid)[axis.path] = axis.values.written();
  const std::optional<models::Count>& samples = scenario.base().sweep.samples;
  return {{"grid", std::move(grid)},
          {"zip", std::move(zip)},
          {"samples", samples ? ordered_json(*samples) : ordered_json()},
          {"where", scenario.where()}};
}

}  // namespace

std::optional<Header> header_of(const models::SweptScenario& scenario, bool capacity,
                                std::string_view version, models::Diagnostics& diagnostics) {
  Hash hash;
  std::set<std::string> currencies;
  const auto look_at = [&](const models::Scenario& one) {
    hash.add(one);
    for (const models::PriceSheet& sheet : one.cost.priced) currencies.insert(report::lower(sheet.currency));
  };
  look_at(scenario.base());
  if (!scenario.check(diagnostics, look_at)) return std::nullopt;
  if (currencies.empty()) currencies.insert("usd");

  Header header;
  header.version = std::string(version);
  header.source = std::string(source_digest());
  header.scenario_file = scenario.base().file;
  header.scenario_hash = hash.digits();
  header.seed = scenario.base().run.seed;
  header.design = design_of(scenario);
  header.capacity = capacity;
  header.points = scenario.points().size();
  header.currencies.assign(currencies.begin(), currencies.end());
  for (const models::Axis& axis : scenario.points().axes()) header.columns.push_back(axis.column());
  for (std::string& column : report::record_columns(header.currencies))
    header.columns.push_back(std::move(column));
  return header;
}

ordered_json to_json(const Header& header) {
  return {{"format", "forkcast sweep"},
          {"format_version", format_version},
          {"version", header.version},
          {"source", header.source},
          {"scenario_file", header.scenario_file},
          {"scenario_hash", header.scenario_hash},
          {"seed", header.seed},
          {"design", header.design},
          {"capacity", header.capacity},
          {"points", header.points},
          {"shard", text_of(header.shard)},
          {"currencies", header.currencies},
          {"columns", header.columns},
          {"command", header.command}};
}

std::optional<Header> header_from(const ordered_json& json) {
  try {
    if (json.at("format") != "forkcast sweep" || json.at("format_version") != format_version)
      return std::nullopt;
    Header header;
    json.at("version").get_to(header.version);
    json.at("source").get_to(header.source);
    json.at("scenario_file").get_to(header.scenario_file);
    json.at("scenario_hash").get_to(header.scenario_hash);
    json.at("seed").get_to(header.seed);
    header.design = json.at("design");
    json.at("capacity").get_to(header.capacity);
    json.at("points").get_to(header.points);
    json.at("currencies").get_to(header.currencies);
    json.at("columns").get_to(header.columns);
    json.at("command").get_to(header.command);
    const std::optional<Shard> shard = parse_shard(json.at("shard").get<std::string>());
    if (!shard || header.points > models::Points::most) return std::nullopt;
    header.shard = *shard;
    return header;
  } catch (const ordered_json::exception&) {
    return std::nullopt;
  }
}

std::string difference(const Header& stored, const Header& wanted) {
  if (stored.version != wanted.version || stored.source != wanted.source) {
    return fmt::format("it was computed by forkcast {} ({}), not by {} ({})", stored.version, stored.source,
                       wanted.version, wanted.source);
  }
  if (stored.design != wanted.design) {
    return fmt::format("it varies other parameters or values: {}, not {}", stored.design.dump(),
                       wanted.design.dump());
  }
  if (stored.capacity != wanted.capacity) {
    return fmt::format("it was computed {} --capacity", stored.capacity ? "with" : "without");
  }
  if (stored.scenario_hash != wanted.scenario_hash || stored.seed != wanted.seed ||
      stored.points != wanted.points || stored.columns != wanted.columns) {
    return fmt::format("the scenario is another one or has changed: {}, not {}", stored.scenario_hash,
                       wanted.scenario_hash);
  }
  return {};
}

}  // namespace sweep
