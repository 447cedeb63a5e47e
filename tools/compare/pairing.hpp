// SPDX-License-Identifier: MIT
// Which deployments are set side by side, and what a reader must know about the two sides before believing it.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "tools/compare/change.hpp"
#include "tools/compare/stored_result.hpp"

namespace differences {

// Nothing can be compared; the message says why and what would help.
class NothingToCompare : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Origin {
  std::string file;
  std::string version;
  std::uint64_t seed = 0;
  std::string scenario_file;
  std::string scenario_hash;
};

struct DeploymentChange {
  std::string name;                  // both sides' where they agree, else "after, before before"
  std::string before_name;
  std::string after_name;
  Origin before;
  Origin after;
  std::vector<Change> changes;       // every metric
  std::vector<BillChange> bill;      // empty unless both have one
};

struct Comparison {
  Origin before;                     // of the first scenario
  Origin after;
  std::vector<DeploymentChange> deployments;
  std::vector<std::string> notes;
};

// Deployments of the same name; where files hold several scenarios, within the same scenario file.
Comparison between(const StoredResult& before, const StoredResult& after);

// `of` as it differs from `against`, both in one scenario of the result.
Comparison within(const StoredResult& result, const std::string& of, const std::string& against);

}  // namespace differences
