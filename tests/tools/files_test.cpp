// SPDX-License-Identifier: MIT
// The machine-readable reports, and files that appear whole or not at all.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/temporary_folder.hpp"
#include "tests/tools/sample.hpp"
#include "tools/cli/output.hpp"
#include "tools/report/reporter.hpp"
#include "tools/report/result_schema.hpp"

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::size_t files_in(const TemporaryFolder& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()));
}

std::string content(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// RFC 4180 read back by the book: quotes protect commas, line breaks and, doubled, themselves.
std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows{{""}};
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      rows.back().back() += text[++i];
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == ',') {
      rows.back().emplace_back();
    } else if (!quoted && text[i] == '\r' && text[i + 1] == '\n') {
      ++i;
      rows.push_back({""});
    } else {
      rows.back().back() += text[i];
    }
  }
  rows.pop_back();
  return rows;
}

}  // namespace

TEST_CASE("CSV has one row a deployment under the same columns, and survives any name") {
  models::Comparison comparison = sample::closed();
  comparison.deployments[0].deployment.name = "a,\"b\"\r\nc";
  comparison.deployments[1].estimates[0].half_width = std::numeric_limits<double>::infinity();
  const std::vector<std::vector<std::string>> rows =
      parse_csv(report::make_csv()->serialize({&comparison, 1}, {"1", "forkcast", false}));
  REQUIRE(rows.size() == 4);
  for (const auto& row : rows) CHECK(row.size() == 15 + 4 * models::metric_count + 12 + 20 + models::day_metric_count + 3);
  const auto at = [&](std::size_t row, const std::string& name) {
    const auto found = std::ranges::find(rows[0], name);
    REQUIRE(found != rows[0].end());
    return rows[row][static_cast<std::size_t>(found - rows[0].begin())];
  };
  CHECK(at(1, "deployment") == "a,\"b\"\r\nc");
  CHECK(at(1, "throughput_per_s") == "233");
  CHECK(at(1, "latency_p99_s") == "0.012");
  CHECK(at(1, "pool_wait_s").empty());
  CHECK(at(2, "throughput_per_s_half_width").empty());
  CHECK(at(3, "binds") == "lock");
  CHECK(at(3, "replications") == "2");
}

TEST_CASE("two scenarios share one CSV header") {
  const models::Comparison both[] = {sample::closed(), sample::open()};
  CHECK(parse_csv(report::make_csv()->serialize(both, {"1", "forkcast", false})).size() == 7);
}

TEST_CASE("JSON carries every metric in SI, what is not finite is null") {
  models::Comparison comparison = sample::closed();
  comparison.deployments[1].estimates[0].half_width = std::numeric_limits<double>::infinity();
  const json result = json::parse(report::make_json()->serialize({&comparison, 1}, {"0.1.0", "forkcast run", false}));
  CHECK(result["format_version"] == "1.1");
  CHECK(result["context"]["seed"] == 1);
  CHECK(result["context"]["version"] == "0.1.0");
  CHECK(result["context"]["interrupted"] == false);
  const json& first = result["deployments"][0];
  CHECK(first["metrics"].size() == models::metric_count);
  CHECK(first["metrics"]["latency_p99_s"]["mean"] == 0.012);
  CHECK(first["metrics"]["pool_wait_s"]["mean"].is_null());
  CHECK(first["replications"]["throughput_per_s"] == json::array({233.0, 233.0}));
  CHECK(result["deployments"][1]["metrics"]["throughput_per_s"]["half_width"].is_null());
  CHECK(result["verdicts"].size() == 12);
  CHECK(result["verdicts"][0]["verdict"] == "more");
}

TEST_CASE("several scenarios are a JSON array") {
  const models::Comparison both[] = {sample::closed(), sample::open()};
  CHECK(json::parse(report::make_json()->serialize(both, {"1", "forkcast", false})).size() == 2);
}

TEST_CASE("the schema in the repository is what `forkcast schema result` prints") {
  CHECK(content(FORKCAST_SOURCE_DIR "/scenarios/schema/result.schema.json") == report::result_schema());
}

TEST_CASE("the schema names every property that a result has") {
  const json schema = json::parse(report::result_schema());
  const models::Comparison comparison = sample::closed();
  const json result = json::parse(report::make_json()->serialize({&comparison, 1}, {"1", "forkcast", false}));
  const json& properties = schema["definitions"]["comparison"]["properties"];
  CHECK(properties.size() == result.size());
  for (const auto& [name, unused] : result.items()) CHECK(properties.contains(name));
  const json& of_deployment = schema["definitions"]["deployment"]["properties"];
  CHECK(of_deployment.size() == result["deployments"][0].size());
  for (const auto& [name, unused] : result["deployments"][0].items()) CHECK(of_deployment.contains(name));
}

TEST_CASE("equal scenarios have equal hashes and a changed one has another") {
  models::Scenario scenario = sample::closed().scenario;
  const std::string before = report::scenario_hash(scenario);
  CHECK(before.size() == 16);
  CHECK(report::scenario_hash(scenario) == before);
  scenario.container.limits.cpu = models::Cores{2.0};
  CHECK(report::scenario_hash(scenario) != before);
}

TEST_CASE("a format is found by its name and by a file's ending") {
  for (const report::Format& format : report::formats()) {
    CHECK(report::format_named(format.name) == &format);
    CHECK(report::format_of_file("out" + std::string(format.extension)) == &format);
  }
  CHECK(report::format_of_file("out.xml") == nullptr);
}

TEST_CASE("an export is written whole, replaces the old content and keeps its mode") {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "out.json";
  CHECK(cli::export_problem(file).empty());
  CHECK(files_in(folder) == 0);
  CHECK(cli::write_whole(file, "first\n").empty());
  REQUIRE(::chmod(file.c_str(), 0640) == 0);
  CHECK(cli::export_problem(file).empty());
  CHECK(content(file) == "first\n");
  CHECK(cli::write_whole(file, "second\n").empty());
  CHECK(content(file) == "second\n");
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0640U);
  CHECK(files_in(folder) == 1);
}

TEST_CASE("an export through a symbolic link changes the file, not the link") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() + "real");
  fs::create_symlink("real/out.json", folder.path() + "link.json");
  CHECK(cli::write_whole(folder.path() + "link.json", "text").empty());
  CHECK(fs::is_symlink(folder.path() + "link.json"));
  CHECK(content(folder.path() + "real/out.json") == "text");
}

TEST_CASE("a folder, a missing folder and a full device are refused") {
  const TemporaryFolder folder;
  CHECK(cli::export_problem(folder.path()).find("is a folder") != std::string::npos);
  CHECK(cli::export_problem(folder.path() + "none/out.json").find("No such file") != std::string::npos);
  CHECK(cli::write_whole("/dev/full", "text").find("No space left") != std::string::npos);
  CHECK(cli::write_whole("/dev/null", "text").empty());
  CHECK(files_in(folder) == 0);
}
