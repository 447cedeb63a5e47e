// SPDX-License-Identifier: MIT
// A price sheet: what a provider asks for whole nodes and for containers without nodes, as data. Each price has its
// source and date, its own or the sheet's, and says whether somebody verified it.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "models/fields/field.hpp"
#include "models/fields/money.hpp"
#include "models/fields/quantity.hpp"

namespace models {

// A price per hour, or per hour of one vCPU or one GiB.
struct Price {
  HourlyPrice rate;
  bool verified = true;  // and the sheet's own
  std::string source;    // empty: the sheet's
  std::string date;
};

template <class Table>
void describe(Table& table, const Price*) {
  table.shorthand("rate");
  table("rate", &Price::rate, "The price per time.", required, Example{"$0.2016/h"});
  table("verified", &Price::verified, "false: from memory or hearsay, and shown so.");
  table("source", &Price::source, "Where it was read; absent: the sheet's.");
  table("date", &Price::date, "When it was valid, ISO 8601; absent: the sheet's.", Example{"2026-07-20"});
}

struct RequestPrice {
  Money amount;          // of a million requests
  bool verified = true;
  std::string source;
  std::string date;
};

template <class Table>
void describe(Table& table, const RequestPrice*) {
  table.shorthand("amount");
  table("amount", &RequestPrice::amount, "What a million requests cost.", required, Example{"$0.40"});
  table("verified", &RequestPrice::verified, "false: from memory or hearsay, and shown so.");
  table("source", &RequestPrice::source, "Where it was read; absent: the sheet's.");
  table("date", &RequestPrice::date, "When it was valid, ISO 8601; absent: the sheet's.");
}

// A machine that is paid for by the hour, used or not.
struct NodeType {
  std::string name;
  Cores vcpu;
  Bytes memory;
  Price price;
  std::string core;                                // types with the same core are equally fast; empty: the type's name
  Measured<Factor> speed = assumed(Factor{0.0});   // of one of its cores over the reference; 0: not known
  Count max_pods = 110;                            // Kubernetes' default
  const std::string& core_name() const { return core.empty() ? name : core; }
};

template <class Table>
void describe(Table& table, const NodeType*) {
  table.key(&NodeType::name);
  table("vcpu", &NodeType::vcpu, "Cores as the machine shows them.", required, above(0), Example{"2"});
  table("memory", &NodeType::memory, "Memory of the machine.", required, above(0), Example{"8GiB"});
  table("price", &NodeType::price, "Price of the whole machine.", required, Example{"$0.1008/h"});
  table("core", &NodeType::core, "Name of its kind of core: types with the same core are equally fast; absent: its own.",
        Example{"7i"});
  table("speed", &NodeType::speed,
        "Speed of one of its cores over that of the reference of host profiles; 0: not known.", between(0, 1000),
        Example{"{value: 1.1, source: our yardstick}"});
  table("max_pods", &NodeType::max_pods, "Pods that Kubernetes starts on it at most.", between(1, 10'000));
}

// What is paid for while a container exists: all the time, or while it has a request.
enum class Billed { running, busy };
constexpr std::array<std::string_view, 2> words(Billed) { return {"running", "busy"}; }

struct FreeTier {
  double vcpu_seconds = 0.0;
  double gib_seconds = 0.0;
  double requests = 0.0;
};

template <class Table>
void describe(Table& table, const FreeTier*) {
  table("vcpu_seconds", &FreeTier::vcpu_seconds, "Seconds of one vCPU.", between(0, 1e12));
  table("gib_seconds", &FreeTier::gib_seconds, "Seconds of one GiB.", between(0, 1e12));
  table("requests", &FreeTier::requests, "Requests.", between(0, 1e12));
}

// A container that is paid for without a node.
struct ContainerOffer {
  std::string name;
  Billed billed = Billed::running;
  Price vcpu;                       // of one vCPU while it is paid for
  Price memory;                     // of one GiB
  Price idle_vcpu;                  // billed busy: for the rest of the time
  Price idle_memory;
  RequestPrice million_requests;
  Duration minimum{0.0};            // a job is paid for at least so long
  std::vector<Cores> vcpu_sizes;    // ascending; empty: any
  Bytes memory_step{0.0};           // sizes of memory are multiples of it; 0: any
  double gib_per_vcpu_at_least = 0.0;
  double gib_per_vcpu_at_most = 0.0;  // 0: any
  FreeTier free;                    // a month
  std::string core;                 // as of node types
  Measured<Factor> speed = assumed(Factor{0.0});
  const std::string& core_name() const { return core.empty() ? name : core; }
};

template <class Table>
void describe(Table& table, const ContainerOffer*) {
  table.key(&ContainerOffer::name);
  table("billed", &ContainerOffer::billed,
        "Whether it is paid for as long as it runs, or while it has a request (stretches of 100 ms).");
  table("vcpu", &ContainerOffer::vcpu, "Price of a vCPU while it is paid for.", required, Example{"$0.04048/h"});
  table("memory", &ContainerOffer::memory, "Price of a GiB while it is paid for.", required, Example{"$0.004445/h"});
  table("idle_vcpu", &ContainerOffer::idle_vcpu, "Price of a vCPU of a running container without a request.",
        Needs{"billed", "busy"});
  table("idle_memory", &ContainerOffer::idle_memory, "Price of a GiB of a running container without a request.",
        Needs{"billed", "busy"});
  table("million_requests", &ContainerOffer::million_requests, "What a million requests cost beside that.",
        Example{"$0.40"});
  table("minimum", &ContainerOffer::minimum, "A job is paid for at least so long.", Example{"1min"});
  table("vcpu_sizes", &ContainerOffer::vcpu_sizes, "Sizes on offer, ascending; absent: any.", between(1, 100),
        Example{"[0.25, 0.5, 1, 2]"});
  table("memory_step", &ContainerOffer::memory_step, "Memory comes in multiples of it.", Example{"1GiB"});
  table("gib_per_vcpu_at_least", &ContainerOffer::gib_per_vcpu_at_least, "Least memory for each vCPU, in GiB.",
        between(0, 1024));
  table("gib_per_vcpu_at_most", &ContainerOffer::gib_per_vcpu_at_most,
        "Most memory for each vCPU, in GiB; more memory takes more vCPUs. 0: any.", between(0, 1024));
  table("free", &ContainerOffer::free, "What nothing is asked for in a month.");
  table("core", &ContainerOffer::core, "Name of its kind of core; absent: its own.");
  table("speed", &ContainerOffer::speed,
        "Speed of one of its cores over that of the reference of host profiles; 0: not known.", between(0, 1000));
}

// Whose rules a node follows where the scenario names none (models/cluster/allocatable.hpp).
enum class Provider { other, aws, google, azure };
constexpr std::array<std::string_view, 4> words(Provider) { return {"other", "aws", "google", "azure"}; }

struct PriceSheet {
  std::string file;                 // as it was named
  std::string name;
  std::string description;
  std::string currency;             // code of ISO 4217; every price is in it
  Provider provider = Provider::other;
  std::string region;
  std::string source;
  std::string date;                 // ISO 8601
  bool verified = true;
  std::vector<NodeType> nodes;
  std::vector<ContainerOffer> containers;
};

template <class Table>
void describe(Table& table, const PriceSheet*) {
  table("name", &PriceSheet::name, "Name in tables; absent: that of the file.");
  table("description", &PriceSheet::description, "What is priced, in a sentence.");
  table("currency", &PriceSheet::currency, "Three-letter code of the currency of every price.", required, Example{"USD"});
  table("provider", &PriceSheet::provider, "Whose nodes these are: decides what a node keeps for itself.");
  table("region", &PriceSheet::region, "Where the prices hold.", required, Example{"us-east-1"});
  table("source", &PriceSheet::source, "Where they were read.", required, Example{"the provider's price list"});
  table("date", &PriceSheet::date, "When they were valid, ISO 8601.", required, Example{"2026-07-20"});
  table("verified", &PriceSheet::verified, "false: from memory or hearsay, and shown so.");
  table("nodes", &PriceSheet::nodes, "Machines by the hour, by name.", between(1, 1000),
        Example{"{m7i.large: {vcpu: 2, memory: 8GiB, price: $0.1008/h}}"});
  table("containers", &PriceSheet::containers, "Containers without nodes, by name.", between(1, 1000),
        Example{"{fargate: {vcpu: $0.04048/h, memory: $0.004445/h}}"});
}

}  // namespace models
