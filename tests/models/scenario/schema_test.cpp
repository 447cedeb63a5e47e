// SPDX-License-Identifier: MIT
#include "models/scenario/schema.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

namespace {

std::string content(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// A parameter without a sentence or with a name that does not fit the language would reach users as it is.
void check_table(const models::Record& record, std::set<const models::Record*>& seen) {
  if (!seen.insert(&record).second) return;
  std::set<std::string_view> names;
  for (const models::Field& field : record.fields) {
    CAPTURE(std::string(field.name));
    CHECK(names.insert(field.name).second);
    CHECK(field.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos);
    CHECK(field.help.size() > 5);
    CHECK(field.help.ends_with('.'));
    for (const models::Needs& need : field.needs) CHECK(record.find(need.key));
    if (field.type->record) check_table(*field.type->record, seen);
    if (field.type->element && field.type->element->record) check_table(*field.type->element->record, seen);
  }
  for (const models::Exclusive& group : record.exclusive) {
    for (const std::string_view name : group.names) CHECK(record.find(name));
  }
  CHECK((record.shorthand.empty() || record.find(record.shorthand)));
}

}  // namespace

TEST_CASE("the schemas in the repository are those of the field tables: forkcast schema writes them") {
  const std::string folder = std::string(FORKCAST_SOURCE_DIR) + "/scenarios/schema/";
  CHECK(content(folder + "scenario.schema.json") == models::schema_json(models::FileKind::scenario));
  CHECK(content(folder + "profile.schema.json") == models::schema_json(models::FileKind::profile));
  CHECK(content(folder + "validation.schema.json") == models::schema_json(models::FileKind::validation));
  CHECK(content(folder + "host.schema.json") == models::schema_json(models::FileKind::host));
  CHECK(content(folder + "prices.schema.json") == models::schema_json(models::FileKind::prices));
}

TEST_CASE("every parameter has one name, a sentence, and neighbours that exist") {
  std::set<const models::Record*> seen;
  check_table(models::scenario_table(), seen);
  check_table(models::profile_table(), seen);
  check_table(models::derivation_table(), seen);
  check_table(models::host_table(), seen);
  check_table(models::validation_table(), seen);
  check_table(models::prices_table(), seen);
  CHECK(seen.size() > 20);
}

TEST_CASE("a schema refuses unknown keys and carries descriptions, defaults, words and patterns") {
  const auto schema = nlohmann::json::parse(models::schema_json(models::FileKind::scenario));
  CHECK(schema["$schema"] == "http://json-schema.org/draft-07/schema#");
  CHECK(schema["additionalProperties"] == false);
  const auto& container = schema["properties"]["container"];
  CHECK(container["additionalProperties"] == false);
  CHECK(container["description"] == "The box around each replica.");
  CHECK(container["properties"]["oom"]["enum"] == nlohmann::json({"process", "group"}));
  CHECK(container["properties"]["cpu_period"]["default"] == "100ms");
  CHECK(container["properties"]["cpu_period"]["type"] == "string");
  CHECK(schema["properties"]["replicas"]["anyOf"][0]["minimum"] == 1);
  CHECK(schema["properties"]["replicas"]["anyOf"][0]["maximum"] == 1024);
}
