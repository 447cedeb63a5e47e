// SPDX-License-Identifier: MIT
// What a scenario says about money: price sheets, what is bought from them, and how it is paid for.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/cluster/allocatable.hpp"
#include "models/cluster/density.hpp"
#include "models/cluster/placement.hpp"
#include "models/cost/price_sheet.hpp"

namespace models {

// share: other services use the rest of the nodes; node: nobody does.
enum class BillBy { share, node };
constexpr std::array<std::string_view, 2> words(BillBy) { return {"share", "node"}; }

struct CoreSpeed {
  std::string core;
  Measured<Factor> speed = assumed(Factor{1.0});
};

template <class Table>
void describe(Table& table, const CoreSpeed*) {
  table.key(&CoreSpeed::core);
  table.shorthand("speed");
  table("speed", &CoreSpeed::speed, "Speed of one such core over that of the host that the profiles were measured on.",
        above_up_to(0, 1000));
}

struct CostBlock {
  std::string sheet;
  std::vector<std::string> sheets;
  std::string node;
  std::vector<std::string> nodes;
  std::vector<std::string> containers;
  BillBy by = BillBy::share;
  Reserve reserve;
  PodOverhead pod_overhead;
  std::optional<Count> max_pods;
  PlacementRule placement = PlacementRule::least_allocated;
  Count spare_nodes = 0;
  Fraction discount{0.0};
  double hours_per_month = 730.0;
  bool free_tier = false;
  std::vector<CoreSpeed> speeds;
  std::vector<PriceSheet> priced;     // filled by the reader: the sheets, with what is asked for and no more

  bool is_given() const { return !priced.empty(); }
};

template <class Table>
void describe(Table& table, const CostBlock*) {
  table.exactly_one_of({"sheet", "sheets"});
  table.at_most_one_of({"node", "nodes"});
  table("sheet", &CostBlock::sheet, "Price sheet, relative to the file that names it.",
        Example{"prices/ec2-us-east-1.prices.yaml"});
  table("sheets", &CostBlock::sheets, "Several of them: the deployments are priced on each.", between(1, 32),
        Example{"[prices/ec2-us-east-1.prices.yaml, prices/fargate-us-east-1.prices.yaml]"});
  table("node", &CostBlock::node, "Type of node.", Example{"m7i.2xlarge"});
  table("nodes", &CostBlock::nodes, "Types of nodes; the cheapest that keeps the promises is chosen.", between(1, 64),
        Example{"[m7i.xlarge, m7i.2xlarge]"});
  table("containers", &CostBlock::containers,
        "Containers without nodes; absent: all of the sheets unless a node is named.", between(1, 64),
        Example{"[fargate-x86]"});
  table("by", &CostBlock::by,
        "What is paid of a node: the dominant share, where other services use the rest, or the whole node.");
  table("reserve", &CostBlock::reserve, "What a node keeps from pods.", Example{"{cpu: 100m, memory: 1Gi}"});
  table("pod_overhead", &CostBlock::pod_overhead, "What each pod takes beside what its container does.");
  table("max_pods", &CostBlock::max_pods, "Pods that a node may run, instead of the sheet's number.", between(1, 10'000),
        Example{"110"});
  table("placement", &CostBlock::placement, "How pods are put on nodes.");
  table("spare_nodes", &CostBlock::spare_nodes, "Nodes beyond those needed, to lose so many (N+1).", between(0, 1000));
  table("discount", &CostBlock::discount, "Off the list price, for a commitment or spot; not off requests.");
  table("hours_per_month", &CostBlock::hours_per_month, "Hours that are paid for in a month.", above_up_to(0, 744));
  table("free_tier", &CostBlock::free_tier, "Whether this service has the free part of a month for itself.");
  table("speeds", &CostBlock::speeds,
        "Speed of kinds of cores over the host that the profiles were measured on, by the `core` of the price sheets; "
        "kinds of cores are compared only where each has one.",
        between(0, 64), Example{"{7i: 1, 7g: {value: 0.95, source: our yardstick}}"});
}

}  // namespace models
