// SPDX-License-Identifier: MIT
#include "tools/report/result_schema.hpp"

#include <nlohmann/json.hpp>

#include <initializer_list>

#include "models/fields/metrics.hpp"
#include "tools/report/day_view.hpp"

namespace report {
namespace {

using nlohmann::ordered_json;

ordered_json type(const char* name, const char* help = "") {
  ordered_json result{{"type", name}};
  if (*help != '\0') result["description"] = help;
  return result;
}

ordered_json nullable(const char* help = "") {
  ordered_json result{{"type", {"number", "null"}}};
  if (*help != '\0') result["description"] = help;
  return result;
}

ordered_json words(std::initializer_list<const char*> list, const char* help) {
  return {{"enum", list}, {"description", help}};
}

ordered_json list_of(ordered_json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

// All properties are always there; later minor versions may add some.
ordered_json object(ordered_json properties) {
  ordered_json required = ordered_json::array();
  for (const auto& [name, unused] : properties.items()) required.push_back(name);
  return {{"type", "object"}, {"required", std::move(required)}, {"properties", std::move(properties)}};
}

ordered_json or_null(ordered_json value) { return {{"oneOf", {{{"type", "null"}}, std::move(value)}}}; }

ordered_json estimate_or_null(const char* help) {
  ordered_json result = or_null({{"$ref", "#/definitions/estimate"}});
  result["description"] = help;
  return result;
}

ordered_json binds_words(const char* help) {
  return words({"arrivals", "workers", "pool", "lock", "cores", "cpu_quota", "memory"}, help);
}

ordered_json capacity() {
  ordered_json metrics = ordered_json::object();
  for (const models::MetricInfo& info : models::metric_table()) {
    metrics[std::string(info.field)] = or_null({{"$ref", "#/definitions/estimate"}});
  }
  return object({{"axis", words({"rate", "connections"}, "What the load is counted in.")},
                 {"any", type("boolean", "Some load meets the SLO.")},
                 {"reason", type("string", "The promise that fails even at the lowest load.")},
                 {"bounded", type("boolean", "false: the highest load tried still meets the SLO.")},
                 {"precise", type("boolean", "The interval is as narrow as was asked.")},
                 {"load_per_s", estimate_or_null("Highest rate of one container that meets the SLO.")},
                 {"connections", estimate_or_null("Most connections of one container that meet the SLO.")},
                 {"binds", binds_words("What breaks first beyond it.")},
                 {"next", or_null(binds_words("What would if that were unlimited."))},
                 {"next_factor", nullable("And at which multiple of the load.")},
                 {"metrics", object(std::move(metrics))},
                 {"replications", type("integer", "Simulated to find it.")}});
}

ordered_json count_or_null(const char* help) {
  ordered_json result{{"type", {"integer", "null"}}};
  result["description"] = help;
  return result;
}

ordered_json density() {
  return object({{"node", type("string", "Type of node.")},
                 {"node_cores", nullable()},
                 {"allocatable_cpu_cores", nullable("What the node leaves to pods.")},
                 {"allocatable_memory_bytes", nullable("What the node leaves to pods.")},
                 {"memory_p99_bytes", nullable("In use by one container: 99th percentile over replications of the most.")},
                 {"cpu_mean_cores", nullable("In use by one container.")},
                 {"by_cpu_requests", count_or_null("Containers on a node by requested CPU; null: none is requested.")},
                 {"by_memory_requests", count_or_null("By requested memory.")},
                 {"by_memory_in_use", count_or_null("By memory in use.")},
                 {"by_max_pods", type("integer", "By places for pods.")},
                 {"containers", type("integer", "The least of these.")},
                 {"binds", words({"cpu_requests", "memory_requests", "memory_in_use", "max_pods"}, "Which it is.")},
                 {"load_of_one", nullable("Highest load of one container that meets the SLO.")},
                 {"load_of_node", nullable("Of a full node, simulated.")},
                 {"load_of_node_half_width", nullable()}});
}

// Amounts are decimal texts under names such as cost_usd_per_month.
ordered_json with_amounts(ordered_json schema) {
  schema["patternProperties"] = {{"^cost_[a-z]{3}_per_(month|million_requests|job)(_low|_high)?$",
                                  {{"type", {"string", "null"}}, {"pattern", "^-?[0-9]+\\.[0-9]+$"}}}};
  return schema;
}

ordered_json bill() {
  ordered_json quote = with_amounts(object({{"offer", type("string", "Type of node, or container without one.")},
                                            {"sheet", type("string")},
                                            {"region", type("string")},
                                            {"source", type("string")},
                                            {"date", type("string", "Of the price.")},
                                            {"verified", type("boolean", "false: the price is from memory or hearsay.")},
                                            {"refused", {{"type", {"string", "null"}}, {"description", "Why there is no price."}}},
                                            {"holds", type("boolean", "The promises are kept with so many replicas.")},
                                            {"replicas", type("integer")},
                                            {"on_nodes", type("boolean")},
                                            {"nodes", type("integer", "With spare ones; 0: none are needed.")},
                                            {"share_of_node", nullable("Dominant share of one container.")},
                                            {"vcpu_cores", nullable("Of a node, or of a container as it is sold.")},
                                            {"memory_bytes", nullable("Of a node, or of a container as it is sold.")},
                                            {"idle_share", nullable("Of the CPU paid for.")}}));
  return with_amounts(object({{"offer", {{"type", {"string", "null"}}, {"description", "The cheapest that keeps the promises."}}},
                              {"currency", type("string")},
                              {"quotes", list_of(std::move(quote))}}));
}

ordered_json deployment() {
  ordered_json metrics = ordered_json::object();
  ordered_json replications = ordered_json::object();
  for (const models::MetricInfo& info : models::metric_table()) {
    ordered_json metric{{"allOf", {{{"$ref", "#/definitions/estimate"}}}}};
    metric["description"] = info.help;
    metrics[std::string(info.field)] = std::move(metric);
    replications[std::string(info.field)] = list_of(nullable());
  }
  return object({{"name", type("string")},
                 {"runtime", type("string", "Concurrency model that ran.")},
                 {"interpreter", type("string")},
                 {"slo", words({"none", "ok", "missed", "undecided"}, "Whether the promises hold.")},
                 {"slo_reason", type("string", "Which promise fails.")},
                 {"binds", binds_words("What limits the throughput.")},
                 {"basis", words({"measured", "derived", "extrapolated", "assumed"}, "The worst number used.")},
                 {"saturated", type("boolean", "Open load beyond capacity: latencies mean nothing.")},
                 {"precise", type("boolean", "The asked precision was reached.")},
                 {"metrics", object(std::move(metrics))},
                 {"modes", list_of(object({{"throughput_per_s", nullable()},
                                           {"latency_p50_s", nullable()},
                                           {"share", nullable("Share of the replications.")}}))},
                 {"tuned", type("string", "What `workers: best` came to; empty without it.")},
                 {"capacity", or_null({{"$ref", "#/definitions/capacity"}})},
                 {"replicas_count", type("integer", "Containers of the whole service.")},
                 {"density", or_null({{"$ref", "#/definitions/density"}})},
                 {"bill", or_null({{"$ref", "#/definitions/bill"}})},
                 {"day", day_schema()},
                 {"assumptions", list_of(type("string"))},
                 {"warnings", list_of(type("string"))},
                 {"warm_up_s", nullable()},
                 {"duration_s", nullable()},
                 {"simulated_events", type("integer")},
                 {"simulated_requests", type("integer")},
                 {"replications", object(std::move(replications))}});
}

}  // namespace

std::string result_schema() {
  ordered_json comparison = object(
      {{"format_version", {{"type", "string"}, {"pattern", "^1\\.[0-9]+$"}}},
       {"context", object({{"version", type("string")},
                           {"command_line", type("string")},
                           {"seed", type("integer")},
                           {"scenario_file", type("string")},
                           {"scenario_hash", {{"type", "string"}, {"pattern", "^[0-9a-f]{16}$"}}},
                           {"interrupted", type("boolean", "Deployments or replications are missing.")}})},
       {"scenario", type("object", "The resolved scenario, defaults filled in, SI units in the names.")},
       {"deployments", list_of({{"$ref", "#/definitions/deployment"}})},
       {"verdicts",
        list_of(object({{"first", type("string")},
                        {"second", type("string")},
                        {"metric", type("string")},
                        {"difference", nullable("Mean of first minus second, common random numbers.")},
                        {"half_width", nullable()},
                        {"verdict", words({"less", "no_difference_proven", "more"}, "First against second.")}}))},
       {"reading", list_of(object({{"text", type("string")},
                                   {"numbers", list_of(object({{"text", type("string")},
                                                               {"at", list_of(type("string", "JSON pointer."))}}))}}))},
       {"expectations", list_of(object({{"line", type("integer")},
                                        {"passed", type("boolean")},
                                        {"claim", type("string")},
                                        {"found", type("string")}}))}});
  ordered_json schema{
      {"$schema", "http://json-schema.org/draft-07/schema#"},
      {"title", "forkcast result"},
      {"oneOf", {{{"$ref", "#/definitions/comparison"}}, list_of({{"$ref", "#/definitions/comparison"}})}},
      {"definitions",
       {{"estimate",
         object({{"mean", nullable()},
                 {"half_width", nullable("Of the 95 % interval; null with one replication.")},
                 {"low", nullable("At the favourable end of the profile's ranges.")},
                 {"high", nullable("At the other end; equal to low when nothing is a range.")}})},
        {"capacity", capacity()},
        {"density", density()},
        {"bill", bill()},
        {"deployment", deployment()},
        {"comparison", std::move(comparison)}}}};
  return schema.dump(2) + "\n";
}

}  // namespace report
