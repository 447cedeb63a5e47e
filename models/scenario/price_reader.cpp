// SPDX-License-Identifier: MIT
#include "models/scenario/price_reader.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "models/cost/core_speed.hpp"
#include "models/fields/money_text.hpp"
#include "models/fields/spelling.hpp"
#include "models/scenario/host_reader.hpp"
#include "models/scenario/tables.hpp"
#include "models/scenario/typed_reader.hpp"

namespace models {
namespace {

class SheetCheck {
 public:
  SheetCheck(const YamlNode& node, const PriceSheet& sheet, Diagnostics& diagnostics)
      : node_(node), sheet_(sheet), diagnostics_(diagnostics) {}

  void all() {
    if (!sheet_.currency.empty()) currency();
    if (sheet_.nodes.empty() && sheet_.containers.empty() && !node_.find("nodes") && !node_.find("containers")) {
      diagnostics_.error(node_.key_place, "the price sheet has no prices", "add 'nodes' or 'containers'");
    }
    for (const ContainerOffer& offer : sheet_.containers) {
      if (!std::is_sorted(offer.vcpu_sizes.begin(), offer.vcpu_sizes.end())) {
        diagnostics_.error(place_of(node_, {"containers", offer.name, "vcpu_sizes"}), "the sizes must ascend");
      }
      const bool crossed = offer.gib_per_vcpu_at_most > 0.0 && offer.gib_per_vcpu_at_most < offer.gib_per_vcpu_at_least;
      if (crossed) {
        diagnostics_.error(place_of(node_, {"containers", offer.name, "gib_per_vcpu_at_most"}),
                           "'gib_per_vcpu_at_most' is below 'gib_per_vcpu_at_least'");
      }
    }
  }

 private:
  void currency() {
    const auto parsed = parse_currency(sheet_.currency);
    if (const auto* error = std::get_if<QuantityError>(&parsed)) {
      diagnostics_.error(node_.find("currency")->value_place(), std::string("'currency' ").append(error->problem),
                         error->remedy);
      return;
    }
    const Currency currency = std::get<Currency>(parsed);
    const auto in_it = [&](const Money& amount, std::initializer_list<std::string_view> path) {
      if (amount.is_zero() || amount.currency() == currency) return;
      diagnostics_.error(place_of(node_, path),
                         in_quotes(exact_text(amount)) + " is not in " + currency.name() +
                             ", the currency of the sheet",
                         "make a sheet for each currency");
    };
    for (const NodeType& type : sheet_.nodes) in_it(type.price.rate.per_hour, {"nodes", type.name, "price"});
    for (const ContainerOffer& offer : sheet_.containers) {
      in_it(offer.vcpu.rate.per_hour, {"containers", offer.name, "vcpu"});
      in_it(offer.memory.rate.per_hour, {"containers", offer.name, "memory"});
      in_it(offer.idle_vcpu.rate.per_hour, {"containers", offer.name, "idle_vcpu"});
      in_it(offer.idle_memory.rate.per_hour, {"containers", offer.name, "idle_memory"});
      in_it(offer.million_requests.amount, {"containers", offer.name, "million_requests"});
    }
  }

  const YamlNode& node_;
  const PriceSheet& sheet_;
  Diagnostics& diagnostics_;
};

// A text of the block and where it stands.
struct Named {
  std::string text;
  const YamlNode* node;
};

std::vector<Named> names_in(const YamlNode& block, std::string_view one, std::string_view several) {
  std::vector<Named> names;
  if (const YamlNode* single = block.find(one); single && single->shape == YamlNode::Shape::scalar) {
    names.push_back({single->scalar, single});
  }
  if (const YamlNode* list = block.find(several)) {
    for (const YamlNode& item : list->children) {
      if (item.shape == YamlNode::Shape::scalar) names.push_back({item.scalar, &item});
    }
  }
  return names;
}

class CostReader {
 public:
  CostReader(const YamlNode& block, Scenario& scenario, Sources& sources, Diagnostics& diagnostics)
      : block_(block), scenario_(scenario), cost_(scenario.cost), sources_(sources), diagnostics_(diagnostics) {}

  void read() {
    const std::size_t errors_before = diagnostics_.errors();
    for (const Named& file : names_in(block_, "sheet", "sheets")) load(file);
    if (diagnostics_.errors() > errors_before || cost_.priced.empty()) return;
    keep_what_is_asked_for();
    if (diagnostics_.errors() > errors_before) return;
    check_load();
    check_speeds();
    check_cores();
  }

 private:
  void load(const Named& file) {
    const std::size_t errors_before = diagnostics_.errors();
    const auto stored = sources_.load(relative_to(*file.node->place.source, file.text), &file.node->place, diagnostics_);
    if (!stored) return;
    PriceSheet sheet = read_whole_sheet(*stored, file.text, diagnostics_);
    if (diagnostics_.errors() > errors_before) return;
    const bool other_currency = !cost_.priced.empty() && cost_.priced.front().currency != sheet.currency;
    if (other_currency) {
      diagnostics_.error(file.node->place,
                         "prices in " + sheet.currency + " cannot be compared with those in " + cost_.priced.front().currency,
                         "make a scenario for each currency", "cost.sheets");
      return;
    }
    cost_.priced.push_back(std::move(sheet));
  }

  void keep_what_is_asked_for() {
    const std::vector<Named> nodes = names_in(block_, "node", "nodes");
    const std::vector<Named> containers = names_in(block_, {}, "containers");
    std::vector<std::string_view> known_nodes;
    std::vector<std::string_view> known_containers;
    for (const PriceSheet& sheet : cost_.priced) {
      for (const NodeType& type : sheet.nodes) known_nodes.push_back(type.name);
      for (const ContainerOffer& offer : sheet.containers) known_containers.push_back(offer.name);
    }
    check_known(nodes, known_nodes, "type of node", "cost.nodes");
    check_known(containers, known_containers, "container", "cost.containers");
    if (nodes.empty() && containers.empty() && known_containers.empty()) {
      diagnostics_.error(block_.key_place, "'cost' does not say which nodes to buy",
                         known_nodes.empty() ? "" : "for example 'node: " + std::string(known_nodes.front()) + "'",
                         "cost.nodes");
    }
    const bool all_containers = nodes.empty() && containers.empty();
    const auto asked = [](const std::vector<Named>& names, const std::string& name) {
      return std::any_of(names.begin(), names.end(), [&](const Named& one) { return one.text == name; });
    };
    for (PriceSheet& sheet : cost_.priced) {
      std::erase_if(sheet.nodes, [&](const NodeType& type) { return !asked(nodes, type.name); });
      std::erase_if(sheet.containers, [&](const ContainerOffer& offer) {
        return !all_containers && !asked(containers, offer.name);
      });
    }
  }

  void check_known(const std::vector<Named>& names, const std::vector<std::string_view>& known, const std::string& what,
                   std::string_view path) {
    for (const Named& name : names) {
      if (std::find(known.begin(), known.end(), name.text) != known.end()) continue;
      diagnostics_.error(name.node->place, "no price sheet has a " + what + " " + in_quotes(name.text),
                         did_you_mean(name.text, known), path);
    }
  }

  void check_load() {
    if (!scenario_.service.load.trace) return;
    diagnostics_.error(block_.key_place, "what a month costs cannot be told from a trace",
                       "give 'load' a rate, connections or tasks", "service.load");
  }

  // Kinds of cores are compared only where it is known how fast each is.
  void check_speeds() {
    std::vector<std::string_view> cores;
    for (const PriceSheet& sheet : cost_.priced) {
      for (const NodeType& type : sheet.nodes) cores.push_back(type.core_name());
      for (const ContainerOffer& offer : sheet.containers) cores.push_back(offer.core_name());
    }
    const YamlNode* speeds = block_.find("speeds");
    for (const CoreSpeed& speed : cost_.speeds) {
      if (std::find(cores.begin(), cores.end(), speed.core) != cores.end()) continue;
      const YamlNode* written = speeds ? speeds->find(speed.core) : nullptr;
      diagnostics_.error(written ? written->key_place : block_.key_place,
                         "nothing that is bought has cores called " + in_quotes(speed.core),
                         did_you_mean(speed.core, cores), "cost.speeds");
    }
    const std::set<std::string_view> kinds(cores.begin(), cores.end());
    if (kinds.size() < 2) return;
    for (const auto& [key, profile] : scenario_.profiles) {
      for (const PriceSheet& sheet : cost_.priced) {
        for (const NodeType& type : sheet.nodes) need_speed(type, profile, kinds);
        for (const ContainerOffer& offer : sheet.containers) need_speed(offer, profile, kinds);
      }
    }
  }

  template <class Offer>
  void need_speed(const Offer& offer, const Profile& profile, const std::set<std::string_view>& kinds) {
    if (core_speed(cost_, offer, profile) || !complained_.insert(offer.core_name()).second) return;
    const std::string other(*kinds.begin() == offer.core_name() ? *std::next(kinds.begin()) : *kinds.begin());
    diagnostics_.error(block_.key_place,
                       "a price on " + in_quotes(offer.name) + " cannot be compared with one on cores of " + in_quotes(other) +
                           ": nothing says how fast its cores are",
                       "add 'speeds: {" + offer.core_name() + ": {value: 1, source: why}}' to 'cost'", "cost.speeds");
  }

  // The type of node says how many cores there are.
  void check_cores() {
    for (const PriceSheet& sheet : cost_.priced) {
      for (const NodeType& type : sheet.nodes) {
        const auto& cpuset = scenario_.container.cpuset;
        if (!cpuset || static_cast<double>(*cpuset) <= type.vcpu.value) continue;
        diagnostics_.error(block_.key_place, in_quotes(type.name) + " has fewer cores than 'cpuset' wants", {}, "container.cpuset");
      }
    }
  }

  const YamlNode& block_;
  Scenario& scenario_;
  CostBlock& cost_;
  Sources& sources_;
  Diagnostics& diagnostics_;
  std::set<std::string> complained_;
};

}  // namespace

PriceSheet read_whole_sheet(const YamlNode& node, const std::string& file, Diagnostics& diagnostics) {
  PriceSheet sheet;
  TypedReader(diagnostics).read(prices_table(), node, &sheet, {});
  sheet.file = file;
  if (sheet.name.empty()) sheet.name = stem_of(file);
  if (node.shape == YamlNode::Shape::map) SheetCheck(node, sheet, diagnostics).all();
  return sheet;
}

void read_prices(const YamlNode& root, Scenario& scenario, Sources& sources, Diagnostics& diagnostics) {
  const YamlNode* block = root.find("cost");
  if (!block || block->shape != YamlNode::Shape::map) return;
  CostReader(*block, scenario, sources, diagnostics).read();
}

}  // namespace models
