// SPDX-License-Identifier: MIT
#include "tools/sweep/header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <set>
#include <utility>

#include "tools/report/digest.hpp"
#include "tools/report/letters.hpp"
#include "tools/report/record.hpp"
#include "tools/report/reporter.hpp"
#include "tools/sweep/source_digest.hpp"

namespace sweep {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view format_version = "1.0";

void add(report::Digest& digest, double number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  digest.add(std::string_view(bytes, sizeof bytes));
}

void add(report::Digest& digest, const models::Scenario& scenario) {
  digest.add(report::scenario_hash(scenario));
  // What is in files of their own and no part of the resolved scenario.
  for (const double time : scenario.service.load.trace_times) add(digest, time);
  for (const models::DayPoint& point : scenario.autoscale.trace_points) {
    add(digest, point.at.seconds);
    add(digest, point.load.per_second);
  }
}

// Of the axes, then those of a record. An axis that is called as a column of the record gets another name.
std::vector<std::string> columns_of(const models::SweptScenario& scenario,
                                    const std::vector<std::string>& currencies) {
  std::vector<std::string> columns;
  std::vector<std::string> of_record = report::record_columns(currencies);
  for (const models::Axis& axis : scenario.points().axes()) {
    const std::string column = axis.column();
    const bool is_taken = std::ranges::find(of_record, column) != of_record.end();
    columns.push_back(is_taken ? "scenario." + column : column);
  }
  std::ranges::move(of_record, std::back_inserter(columns));
  return columns;
}

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
  report::Digest digest;
  std::set<std::string> currencies;
  const auto look_at = [&](const models::Scenario& one) {
    add(digest, one);
    for (const models::PriceSheet& sheet : one.cost.priced) currencies.insert(report::lower(sheet.currency));
  };
  look_at(scenario.base());
  if (!scenario.check(diagnostics, look_at)) return std::nullopt;
  if (currencies.empty()) currencies.insert("usd");

  Header header;
  header.version = std::string(version);
  header.source = std::string(source_digest());
  header.scenario_file = scenario.base().file;
  header.scenario_hash = digest.digits();
  header.seed = scenario.base().run.seed;
  header.design = design_of(scenario);
  header.capacity = capacity;
  header.points = scenario.points().size();
  header.currencies.assign(currencies.begin(), currencies.end());
  header.columns = columns_of(scenario, header.currencies);
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
