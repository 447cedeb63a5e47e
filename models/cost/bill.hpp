// SPDX-License-Identifier: MIT
// From how much runs where to what it costs. Nothing is simulated here: closed arithmetic on exact amounts, each
// rounded once.
//
//   share   replicas x dominant share of a node x (nodes + spare) / nodes x price x hours x (1 - discount)
//   node    (nodes + spare) x price x hours x (1 - discount)
//   running replicas x (vCPU x price + GiB x price) x hours x (1 - discount), sizes as they are sold
//   busy    the same for the share of time with a request, idle prices for the rest, and requests;
//           the discount is not off requests, the free tier is taken off time and requests
//   a million requests cost what a month costs over the millions completed in a month
//   a job costs the price of its containers for its makespan
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/cluster/density.hpp"
#include "models/cost/cost_block.hpp"
#include "models/fields/money.hpp"

namespace models {

// How much runs.
struct Consumption {
  Count replicas = 1;
  double completed_per_s = 0.0;            // whole service; 0: not a service but a job
  double cpu_used = 0.0;                   // cores, whole service
  double busy = 1.0;                       // share of time that a container has a request
  std::optional<Duration> makespan;        // a job
};

// Where: containers on nodes of one type.
struct OnNodes {
  Count nodes = 1;                         // without spare ones
  double share = 1.0;                      // of a node, one container
};

// A container's size as it is sold.
struct SoldSize {
  Cores vcpu;
  Bytes memory;
};
// The smallest size on offer that holds this; nothing when none does.
std::optional<SoldSize> smallest_size(const ContainerOffer& offer, Cores vcpu, Bytes memory);

// Where a price comes from.
struct PriceOrigin {
  std::string sheet;
  std::string region;
  std::string source;
  std::string date;
  bool verified = true;
};
PriceOrigin origin_of(const PriceSheet& sheet, const Price& price);

struct Amounts {
  std::optional<Money> per_month;
  std::optional<Money> per_million_requests;
  std::optional<Money> per_job;

  // What offers are compared by.
  const Money& amount() const { return per_month ? *per_month : *per_job; }
};

// A deployment on one offer: its price, or why it has none.
struct Quote : Amounts {
  std::string offer;                       // node type or container
  bool on_nodes = true;
  PriceOrigin origin;
  Currency currency;
  std::string refused;                     // why there is no price; empty: there is one
  bool holds = true;                       // the promises are kept with so many replicas
  bool verified_by_simulation = false;     // the fullest node, at its share of the load
  Count replicas = 0;
  Count nodes = 0;                         // with spare ones; 0: none are needed
  double share = 0.0;                      // of a node, one container; 0: no nodes
  Cores vcpu;                              // of a node, or of a container as it is sold
  Bytes memory;
  // An amount is exact for so many containers. Their number is not: it rests on a capacity that has an interval, and on
  // a profile that may have ranges. The least and the most that these allow; both the amount where neither does.
  Amounts least;
  Amounts most;
  std::optional<Money> per_replica_hour;   // absent: whole nodes are paid, or time with requests
  double idle = 0.0;                       // share of the CPU paid for that is not used; NaN: not known

  bool has_price() const { return refused.empty(); }
};

struct Bill {
  std::vector<Quote> quotes;               // in the order of the sheets
  std::optional<std::size_t> chosen;       // the cheapest that keeps the promises, else the cheapest

  const Quote* best() const { return chosen ? &quotes[*chosen] : nullptr; }
};

// Widens `least` and `most` to these amounts.
void widen(Quote& quote, const Amounts& amounts);

// Whether the first costs less, whatever their uncertainties allow.
bool surely_cheaper(const Quote& one, const Quote& other);

// Fill the amounts, the same for `least` and `most`, and `idle` of a quote whose replicas, nodes, share and size are known.
void price_on_nodes(Quote& quote, const NodeType& type, const CostBlock& cost, const Consumption& use);
void price_containers(Quote& quote, const ContainerOffer& offer, const CostBlock& cost, const Consumption& use);

// The first of the cheapest, as sized, among those that keep the promises; among all with a price when none does.
std::optional<std::size_t> cheapest(const std::vector<Quote>& quotes);

}  // namespace models
