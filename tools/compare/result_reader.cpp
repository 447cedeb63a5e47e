// SPDX-License-Identifier: MIT
#include "tools/compare/result_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "models/scenario/source.hpp"

namespace differences {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_problems = 20;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// A value and where it stands (RFC 6901).
struct Node {
  const ordered_json* value;
  std::string pointer;
};

std::string_view kind_of(const ordered_json& value) {
  switch (value.type()) {
    case ordered_json::value_t::null: return "null";
    case ordered_json::value_t::object: return "an object";
    case ordered_json::value_t::array: return "an array";
    case ordered_json::value_t::string: return "a text";
    case ordered_json::value_t::boolean: return "true or false";
    default: return "a number";
  }
}

std::string escaped(std::string_view key) {
  std::string text;
  for (const char character : key) {
    if (character == '~') {
      text += "~0";
    } else if (character == '/') {
      text += "~1";
    } else {
      text += character;
    }
  }
  return text;
}

class Reader {
 public:
  Reader(const std::string& file, std::vector<std::string>& problems) : file_(file), problems_(problems) {}

  StoredResult read(const ordered_json& document) {
    StoredResult result;
    result.file = file_;
    if (!document.is_array()) {
      result.comparisons.push_back(comparison({&document, ""}));
      return result;
    }
    if (document.empty()) wrong({&document, ""}, "holds no result");
    for (std::size_t i = 0; i < document.size(); ++i) {
      result.comparisons.push_back(comparison({&document[i], fmt::format("/{}", i)}));
    }
    return result;
  }

 private:
  void wrong(const Node& node, const std::string& what) {
    ++found_;
    if (found_ > most_problems) return;
    problems_.push_back(fmt::format("{}: {}: {}", file_, node.pointer.empty() ? "the document" : node.pointer, what));
  }

  bool is(const Node& node, bool fits, std::string_view wanted) {
    if (!fits) wrong(node, fmt::format("must be {}, is {}", wanted, kind_of(*node.value)));
    return fits;
  }

  std::optional<Node> member(const Node& object, std::string_view key) {
    if (!object.value->is_object()) return std::nullopt;
    const auto found = object.value->find(key);
    Node node{nullptr, fmt::format("{}/{}", object.pointer, escaped(key))};
    if (found == object.value->end()) {
      wrong(node, "is missing");
      return std::nullopt;
    }
    node.value = &*found;
    return node;
  }

  std::string text(const Node& object, std::string_view key) {
    const std::optional<Node> node = member(object, key);
    return node && is(*node, node->value->is_string(), "a text") ? node->value->get<std::string>() : std::string();
  }

  bool flag(const Node& object, std::string_view key) {
    const std::optional<Node> node = member(object, key);
    return node && is(*node, node->value->is_boolean(), "true or false") && node->value->get<bool>();
  }

  double number(const Node& node) {
    if (node.value->is_null()) return nan;
    return is(node, node.value->is_number(), "a number or null") ? node.value->get<double>() : nan;
  }

  double number(const Node& object, std::string_view key) {
    const std::optional<Node> node = member(object, key);
    return node ? number(*node) : nan;
  }

  models::Estimate estimate(const Node& node) {
    models::Estimate result{nan, nan, nan, nan};
    if (!is(node, node.value->is_object(), "an object")) return result;
    result.mean = number(node, "mean");
    const double half_width = number(node, "half_width");
    // One replication has a mean and no interval.
    result.half_width = std::isnan(half_width) && !std::isnan(result.mean) ? std::numeric_limits<double>::infinity() : half_width;
    result.low = number(node, "low");
    result.high = number(node, "high");
    return result;
  }

  std::vector<double> numbers(const Node& node) {
    std::vector<double> values;
    if (!is(node, node.value->is_array(), "an array")) return values;
    for (std::size_t i = 0; i < node.value->size(); ++i) {
      values.push_back(number({&(*node.value)[i], fmt::format("{}/{}", node.pointer, i)}));
    }
    return values;
  }

  void metrics(const Node& deployment, StoredDeployment& into) {
    const std::optional<Node> estimates = member(deployment, "metrics");
    const std::optional<Node> replications = member(deployment, "replications");
    if (!estimates || !is(*estimates, estimates->value->is_object(), "an object")) return;
    if (!replications || !is(*replications, replications->value->is_object(), "an object")) return;
    std::optional<std::size_t> count;
    for (const models::MetricInfo& info : models::metric_table()) {
      StoredMetric& metric = into.metrics[static_cast<std::size_t>(info.metric)];
      metric.estimate = {nan, nan, nan, nan};
      // A program of before this metric was added.
      if (!estimates->value->contains(info.field) && !replications->value->contains(info.field)) continue;
      const std::optional<Node> one = member(*estimates, info.field);
      const std::optional<Node> values = member(*replications, info.field);
      if (one) metric.estimate = estimate(*one);
      if (!values) continue;
      metric.replications = numbers(*values);
      if (!count) count = metric.replications.size();
      if (metric.replications.size() != *count) {
        wrong(*values, fmt::format("has {} values, the metrics before it have {}", metric.replications.size(), *count));
      }
    }
  }

  static std::optional<double> decimal(std::string_view text) {
    const std::size_t digits = text.starts_with('-') ? 1 : 0;
    if (text.size() == digits || text.find_first_not_of("0123456789.", digits) != std::string_view::npos) return std::nullopt;
    double value = 0.0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size()) return std::nullopt;
    return value;
  }

  // Money is written as decimal text under a name that ends with its unit.
  void bill(const Node& deployment, StoredDeployment& into) {
    if (!deployment.value->contains("bill")) return;
    const Node node = *member(deployment, "bill");
    if (node.value->is_null() || !is(node, node.value->is_object(), "an object")) return;
    for (const auto& [key, value] : node.value->items()) {
      if (!key.starts_with("cost_") || key.ends_with("_low") || key.ends_with("_high")) continue;
      const std::optional<double> amount = figure(node, key);
      if (!amount) continue;
      const double low = figure(node, key + "_low").value_or(*amount);
      const double high = figure(node, key + "_high").value_or(*amount);
      const auto text = value.get<std::string>();
      const auto written = [&](std::string_view end) { return (*node.value)[key + std::string(end)].get<std::string>(); };
      into.bill.push_back({key, text, *amount, low, high, given(node, key) && low < high ? fmt::format("{}..{}", written("_low"), written("_high")) : text});
    }
  }

  static bool given(const Node& bill, const std::string& key) {
    const auto is_text = [&](std::string_view end) {
      const auto found = bill.value->find(key + std::string(end));
      return found != bill.value->end() && found->is_string();
    };
    return is_text("_low") && is_text("_high");
  }

  // Nothing where it is absent, null, or wrong, which is reported.
  std::optional<double> figure(const Node& bill, const std::string& key) {
    const auto found = bill.value->find(key);
    if (found == bill.value->end() || found->is_null()) return std::nullopt;
    const Node node{&*found, fmt::format("{}/{}", bill.pointer, escaped(key))};
    if (!is(node, found->is_string(), "a decimal text")) return std::nullopt;
    const auto written = found->get<std::string>();
    const std::optional<double> amount = decimal(written);
    if (!amount) wrong(node, fmt::format("must be a decimal text, is \"{}\"", written));
    return amount;
  }

  // Which profile a deployment used, as it was resolved; empty where the scenario does not tell.
  static std::string profile_of(const Node& comparison, const std::string& deployment) {
    const auto scenario = comparison.value->find("scenario");
    if (scenario == comparison.value->end() || !scenario->is_object()) return {};
    const ordered_json* at = &*scenario;
    for (const std::string& key : {std::string("deployments"), deployment, std::string("profile")}) {
      const auto next = at->is_object() ? at->find(key) : at->end();
      if (!at->is_object() || next == at->end()) return {};
      at = &*next;
    }
    if (!at->is_string() || !scenario->contains("profiles") || !(*scenario)["profiles"].is_object()) return {};
    const ordered_json& profiles = (*scenario)["profiles"];
    const auto profile = profiles.find(at->get<std::string>());
    if (profile == profiles.end()) return {};
    return profile->dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  }

  StoredDeployment deployment(const Node& node, const Node& comparison) {
    StoredDeployment result;
    if (!is(node, node.value->is_object(), "an object")) return result;
    result.name = text(node, "name");
    result.saturated = flag(node, "saturated");
    metrics(node, result);
    bill(node, result);
    result.profile = profile_of(comparison, result.name);
    return result;
  }

  StoredComparison comparison(const Node& node) {
    StoredComparison result;
    if (!is(node, node.value->is_object(), "an object")) return result;
    const std::string version = text(node, "format_version");
    if (!version.empty() && !version.starts_with("1.")) {
      wrong({node.value, node.pointer + "/format_version"},
            fmt::format("is \"{}\", and this program reads version 1; use the program that wrote it", version));
      return result;
    }
    if (version.empty()) return result;
    if (const std::optional<Node> context = member(node, "context");
        context && is(*context, context->value->is_object(), "an object")) {
      result.version = text(*context, "version");
      result.scenario_file = text(*context, "scenario_file");
      result.scenario_hash = text(*context, "scenario_hash");
      result.interrupted = flag(*context, "interrupted");
      if (const std::optional<Node> seed = member(*context, "seed");
          seed && is(*seed, seed->value->is_number_unsigned(), "a whole number")) {
        result.seed = seed->value->get<std::uint64_t>();
      }
    }
    const std::optional<Node> list = member(node, "deployments");
    if (!list || !is(*list, list->value->is_array(), "an array")) return result;
    for (std::size_t i = 0; i < list->value->size(); ++i) {
      const Node one{&(*list->value)[i], fmt::format("{}/{}", list->pointer, i)};
      StoredDeployment read = deployment(one, node);
      if (!read.name.empty() && result.find(read.name) != nullptr) {
        wrong({one.value, one.pointer + "/name"}, fmt::format("\"{}\" is there twice", read.name));
      }
      result.deployments.push_back(std::move(read));
    }
    return result;
  }

  const std::string& file_;
  std::vector<std::string>& problems_;
  std::size_t found_ = 0;
};

// The library's message without its own name and number.
std::string plain(std::string_view message) {
  const std::size_t end = message.find("] ");
  return std::string(message.starts_with('[') && end != std::string_view::npos ? message.substr(end + 2) : message);
}

}  // namespace

std::optional<StoredResult> parse_result(const std::string& file, const std::string& text,
                                         std::vector<std::string>& problems) {
  const std::size_t before = problems.size();
  ordered_json document;
  try {
    document = ordered_json::parse(text);
  } catch (const ordered_json::exception& error) {
    problems.push_back(fmt::format("{}: is no JSON: {}", file, plain(error.what())));
    return std::nullopt;
  }
  StoredResult result = Reader(file, problems).read(document);
  if (problems.size() > before) return std::nullopt;
  return result;
}

std::optional<StoredResult> read_result(const std::string& file, std::vector<std::string>& problems) {
  const models::FileText content = models::read_file(file, largest_result);
  if (!content.problem.empty()) {
    problems.push_back(fmt::format("{}: {}", file, content.problem));
    return std::nullopt;
  }
  return parse_result(file, content.text, problems);
}

}  // namespace differences
