// SPDX-License-Identifier: MIT
// The three promises of a reading: its numbers stand in the results, its comparisons are proven, and a difference
// between interpreter versions is never credited to a lock.
#include "tools/report/reading.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <regex>

#include "tests/tools/sample.hpp"
#include "tools/report/reporter.hpp"

namespace {

using nlohmann::json;

std::string text(const models::Comparison& comparison) { return report::text_of(report::reading(comparison)); }

json document(const models::Comparison& comparison) {
  return json::parse(report::make_json()->serialize({&comparison, 1}, {"1", "forkcast", false}));
}

// Names carry digits that are no results.
std::string without_names(std::string text, const models::Comparison& comparison) {
  std::vector<std::string> names{"p99"};
  for (const auto& one : comparison.deployments) {
    names.push_back(one.deployment.name);
    names.push_back(one.interpreter);
  }
  std::ranges::sort(names, [](const auto& a, const auto& b) { return a.size() > b.size(); });
  for (const std::string& name : names) {
    for (auto at = text.find(name); !name.empty() && at != std::string::npos; at = text.find(name)) {
      text.replace(at, name.size(), "NAME");
    }
  }
  return text;
}

double unit_size(const std::string& unit) {
  if (unit == "ns") return 1e-9;
  if (unit == "us") return 1e-6;
  if (unit == "ms") return 1e-3;
  if (unit == "KiB") return 1024.0;
  if (unit == "MiB") return 1048576.0;
  if (unit == "GiB") return 1073741824.0;
  if (unit == "%") return 0.01;
  return 1.0;
}

// The value of every digit sequence of a text, in SI, with half a unit of its last digit.
struct Found {
  double value;
  double slack;
};
std::vector<Found> numbers(const std::string& text) {
  // value [..value|±value] unit
  static const std::regex pattern(R"((\d+(?:\.\d+)?)(?:(?:\.\.|±)(\d+(?:\.\d+)?))?(ns|us|ms|s|KiB|MiB|GiB|B|/s|%)?)");
  std::vector<Found> all;
  for (std::sregex_iterator match(text.begin(), text.end(), pattern), end; match != end; ++match) {
    for (const int group : {1, 2}) {
      const std::string digits = (*match)[static_cast<std::size_t>(group)].str();
      if (digits.empty()) continue;
      const std::size_t point = digits.find('.');
      double step = point == std::string::npos ? 1.0 : std::pow(10.0, -static_cast<double>(digits.size() - point - 1));
      // 1990 is shown for 1994: three digits count.
      if (point == std::string::npos && digits.size() > 3) step = std::pow(10.0, static_cast<double>(digits.size() - 3));
      const double size = unit_size((*match)[3].str());
      all.push_back({std::stod(digits) * size, 0.5001 * step * size});
    }
  }
  return all;
}

void collect(const json& node, std::vector<double>& values) {
  if (node.is_number()) values.push_back(std::abs(node.get<double>()));
  if (node.is_structured()) {
    for (const json& child : node) collect(child, values);
  }
}

// Every number of the text is a value of the results, and the pointers of every sentence lead to its numbers.
void check_numbers(const models::Comparison& comparison) {
  const json results = document(comparison);
  std::vector<double> values;
  collect(results["deployments"], values);
  collect(results["verdicts"], values);
  const std::string shown = without_names(text(comparison), comparison);
  for (const Found& found : numbers(shown)) {
    INFO(shown, " : ", found.value);
    CHECK(std::ranges::any_of(values, [&](double value) { return std::abs(value - found.value) <= found.slack; }));
  }
  for (const report::Sentence& sentence : report::reading(comparison)) {
    std::size_t quoted_numbers = 0;
    for (const report::QuotedNumber& quoted : sentence.numbers) {
      CHECK(sentence.text.find(quoted.text) != std::string::npos);
      for (const Found& found : numbers(quoted.text)) {
        ++quoted_numbers;
        CHECK(std::ranges::any_of(quoted.at, [&](const std::string& at) {
          return std::abs(std::abs(results.at(json::json_pointer(at)).get<double>()) - found.value) <= found.slack;
        }));
      }
    }
    CHECK(numbers(without_names(sentence.text, comparison)).size() == quoted_numbers);
  }
}

const std::regex comparative(R"(\b(more|most|less|least|fewer|lower|lowest|higher|highest|better|best|worse|worst|faster|sooner|slower|wins|beats)\b)");

std::size_t index_of(const models::Comparison& comparison, const std::string& name) {
  for (std::size_t i = 0; i < comparison.deployments.size(); ++i) {
    if (comparison.deployments[i].deployment.name == name) return i;
  }
  FAIL("no deployment ", name);
  return 0;
}

bool proven(const models::Comparison& comparison, std::size_t a, std::size_t b, models::Metric metric, bool a_is_more) {
  return std::ranges::any_of(comparison.verdicts, [&](const models::PairedVerdict& pair) {
    if (pair.metric != metric) return false;
    if (pair.first == a && pair.second == b) return pair.verdict == (a_is_more ? models::Verdict::more : models::Verdict::less);
    if (pair.first == b && pair.second == a) return pair.verdict == (a_is_more ? models::Verdict::less : models::Verdict::more);
    return false;
  });
}

// Each comparing sentence is "SUBJECT (has|completes|takes) ... than OBJECTS": the pairs must be proven.
// Returns how many comparisons were looked at.
int check_comparisons(const models::Comparison& comparison) {
  static const std::regex shape(R"((\S+) (has|completes|takes) ([^;]*) than ([^(;.]+))");
  int looked_at = 0;
  for (const report::Sentence& sentence : report::reading(comparison)) {
    if (!std::regex_search(sentence.text, comparative)) continue;
    std::smatch match;
    INFO(sentence.text);
    REQUIRE(std::regex_search(sentence.text, match, shape));
    const std::size_t subject = index_of(comparison, match[1]);
    const models::Metric metric = match[2] == "has"         ? models::Metric::latency_p99
                                  : match[2] == "completes" ? models::Metric::throughput
                                                            : models::Metric::memory_mean;
    const std::string middle = match[3];
    const bool more = std::regex_search(middle, std::regex(R"(\bmore\b)"));
    const std::string objects = match[4];
    static const std::regex name(R"([^ ,]+)");
    for (std::sregex_iterator one(objects.begin(), objects.end(), name), end; one != end; ++one) {
      if (one->str() == "and" || one->str() == "others") continue;
      CHECK(proven(comparison, subject, index_of(comparison, one->str()), metric, more));
      ++looked_at;
    }
    // "the most" and "the lowest" speak of every deployment that the sentence is about.
    if (std::regex_search(middle, std::regex(R"(\bthe (most|lowest)\b)"))) {
      const bool only_kept = sentence.text.starts_with("Among those that keep the SLO, ");
      const bool only_carried = sentence.text.starts_with("Among those that carry the load, ");
      for (std::size_t i = 0; i < comparison.deployments.size(); ++i) {
        const models::DeploymentResult& other = comparison.deployments[i];
        if (i == subject || (only_kept && other.slo != models::SloVerdict::ok)) continue;
        if ((only_kept || only_carried) && other.saturated) continue;
        CHECK(proven(comparison, subject, i, metric, more));
      }
    }
  }
  return looked_at;
}

}  // namespace

TEST_CASE("a closed loop is read by throughput, then latency, what binds, and memory") {
  CHECK(text(sample::closed()) ==
        "sync-5 completes the most requests, 233/s: 41.0/s more than gthread-2x4 (192/s).\n"
        "What binds: the workers in sync-5; the interpreter lock in gthread-1x8 and gthread-2x4.\n"
        "sync-5 takes 310MiB of memory, 249MiB more than gthread-1x8 (61.0MiB).");
}

TEST_CASE("an open load that all carry is read by p99") {
  CHECK(text(sample::open()).starts_with("sync-5 has the lowest p99, 12.0ms: 38.0ms less than gthread-2x4 (50.0ms).\n"));
}

TEST_CASE("only deployments that keep the SLO can win") {
  models::Comparison comparison = sample::open();
  comparison.deployments[0].slo = models::SloVerdict::missed;
  comparison.deployments[0].slo_reason = "errors";
  comparison.deployments[1].slo = models::SloVerdict::ok;
  comparison.deployments[2].slo = models::SloVerdict::ok;
  const std::string read = text(comparison);
  CHECK(read.starts_with("The SLO is kept by gthread-1x8 and gthread-2x4, missed by sync-5 (errors).\n"
                         "Among those that keep the SLO, gthread-2x4 has the lowest p99, 50.0ms: "));
}

TEST_CASE("a saturated deployment is named with what it completes and never wins") {
  models::Comparison comparison = sample::open();
  comparison.deployments[0].saturated = true;
  const std::string read = text(comparison);
  CHECK(read.starts_with("The load is beyond the capacity of sync-5 (100/s completed).\nAmong those that carry the load, "));
}

TEST_CASE("without a proven difference no comparing word stands in the reading") {
  models::Comparison comparison = sample::closed();
  for (auto& pair : comparison.verdicts) pair.verdict = models::Verdict::no_difference_proven;
  const std::string read = text(comparison);
  CHECK_FALSE(std::regex_search(read, comparative));
  CHECK(read.starts_with(
      "No difference in throughput is proven between sync-5 (233/s), gthread-2x4 (192/s) and gthread-1x8 (150/s).\n"));
}

TEST_CASE("without any verdict no comparing word stands in the reading") {
  models::Comparison comparison = sample::closed();
  comparison.verdicts.clear();
  CHECK_FALSE(std::regex_search(text(comparison), comparative));
}

TEST_CASE("a difference between two interpreter versions is said to be one, and no lock is credited") {
  models::Comparison comparison = sample::closed();
  comparison.deployments[0].interpreter = "CPython 3.14.7";
  const std::string read = text(comparison);
  CHECK(read.find("The versions differ too (CPython 3.13.15 and CPython 3.14.7)") != std::string::npos);
  CHECK(read.find("GIL") == std::string::npos);
  for (const report::Sentence& sentence : report::reading(comparison)) {
    if (!std::regex_search(sentence.text, comparative)) continue;
    CHECK_FALSE(std::regex_search(sentence.text, std::regex("lock|free|thread[^-]", std::regex::icase)));
  }
}

TEST_CASE("one deployment alone is described, not compared") {
  models::Comparison comparison = sample::closed();
  comparison.deployments.resize(1);
  sample::judge(comparison);
  CHECK(text(comparison) == "sync-5 completes 233/s with a p99 of 12.0ms.\nWhat binds: the workers in sync-5.\n"
                            "sync-5 takes 310MiB of memory.");
}

TEST_CASE("what is not measured is said") {
  models::Comparison comparison = sample::closed();
  comparison.deployments[1].basis = models::Basis::derived;
  comparison.deployments[2].basis = models::Basis::assumed;
  CHECK(text(comparison).ends_with("Not everything is measured: gthread-1x8 rests on derived numbers; gthread-2x4 rests on assumed numbers."));
}

TEST_CASE("an empty comparison has no reading") { CHECK(report::reading(models::Comparison{}).empty()); }

TEST_CASE("in a thousand random comparisons every number is found and every comparison is proven") {
  std::mt19937_64 random(20260301);
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(random() >> 11U) * 0x1.0p-53);
  };
  int comparisons = 0;
  for (int round = 0; round < 1000; ++round) {
    models::Comparison comparison = random() % 2 == 0 ? sample::open() : sample::closed();
    comparison.deployments.clear();
    const std::size_t count = 1 + random() % 7;
    for (std::size_t i = 0; i < count; ++i) {
      auto one = sample::deployment(fmt::format("d{}-2x4", i), uniform(50, 5000), uniform(1e-4, 2.0), uniform(20, 60));
      one.interpreter = random() % 2 == 0 ? "CPython 3.13.15" : "CPython 3.14.7";
      one.binds = static_cast<models::Binds>(random() % 7);
      one.saturated = random() % 5 == 0;
      one.basis = static_cast<models::Basis>(random() % 4);
      if (random() % 3 == 0) one.slo = static_cast<models::SloVerdict>(random() % 4);
      for (auto& estimate : one.estimates) {
        if (std::isnan(estimate.mean)) continue;
        if (random() % 4 == 0) estimate = sample::range(estimate.mean * 0.8, estimate.mean * 1.2);
        if (random() % 4 == 0) estimate.half_width = 0.2 * estimate.mean;
      }
      comparison.deployments.push_back(one);
    }
    sample::judge(comparison);
    check_numbers(comparison);
    comparisons += check_comparisons(comparison);
  }
  CHECK(comparisons > 500);
}

TEST_CASE("the capacity of each deployment stands in one sentence, the largest first, without a word that compares") {
  models::Comparison comparison = sample::open();
  models::Capacity found;
  found.any = true;
  found.load = sample::point(512.0, 60.0);
  comparison.deployments[0].capacity = found;
  found.load = sample::range(700.0, 900.0);
  comparison.deployments[1].capacity = found;
  found.any = false;
  comparison.deployments[2].capacity = found;
  comparison.scenario.service.slo.p99 = models::Duration{0.1};
  check_numbers(comparison);
  CHECK(text(comparison).find("One container keeps the SLO up to 700..900/s with gthread-1x8 and 512±60/s with sync-5; "
                              "at no load is it kept by gthread-2x4.") != std::string::npos);
}
