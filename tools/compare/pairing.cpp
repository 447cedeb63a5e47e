// SPDX-License-Identifier: MIT
#include "tools/compare/pairing.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace differences {
namespace {

Origin origin(const StoredResult& result, const StoredComparison& comparison) {
  return {result.file, comparison.version, comparison.seed, comparison.scenario_file, comparison.scenario_hash};
}

std::string names(const StoredComparison& comparison) {
  std::vector<std::string> all;
  for (const StoredDeployment& deployment : comparison.deployments) all.push_back(deployment.name);
  return all.empty() ? "none" : fmt::format("{}", fmt::join(all, ", "));
}

const StoredComparison* partner(const StoredResult& before, const StoredComparison& of, const StoredResult& after) {
  if (before.comparisons.size() == 1 && after.comparisons.size() == 1) return after.comparisons.data();
  const auto found = std::ranges::find(after.comparisons, of.scenario_file, &StoredComparison::scenario_file);
  return found == after.comparisons.end() ? nullptr : &*found;
}

void note_replications(const StoredDeployment& before, const StoredDeployment& after, bool same_seed,
                       std::vector<std::string>& notes) {
  const std::size_t fewer = std::min(before.replications(), after.replications());
  if (fewer < 2) {
    notes.push_back(fmt::format("{}: {} and {} replications: nothing can be proven with less than two", after.name,
                                before.replications(), after.replications()));
  } else if (same_seed && before.replications() != after.replications()) {
    notes.push_back(fmt::format("{}: {} and {} replications, the first {} are compared in pairs", after.name,
                                before.replications(), after.replications(), fewer));
  }
}

// What differs between the two sides beside what is to be compared.
void note_origins(const StoredResult& before, const StoredComparison& first, const StoredResult& after,
                  const StoredComparison& second, std::vector<std::string>& notes) {
  const std::string files = fmt::format("{} and {}", before.file, after.file);
  if (first.version != second.version) {
    notes.push_back(fmt::format("{} come from forkcast {} and {}: a change may be the program's", files, first.version,
                                second.version));
  }
  if (first.scenario_file != second.scenario_file) {
    notes.push_back(fmt::format("{} are of different scenarios: {} and {}", files, first.scenario_file,
                                second.scenario_file));
  } else if (first.scenario_hash != second.scenario_hash) {
    notes.push_back(fmt::format("{} has changed between {} (or the profiles or settings it was run with)",
                                second.scenario_file, files));
  }
  if (first.seed != second.seed) {
    notes.push_back(fmt::format("the seeds differ ({} and {}): samples are independent, and intervals wider than those "
                                "of pairs with one seed",
                                first.seed, second.seed));
  }
  if (first.interrupted) notes.push_back(fmt::format("{} was interrupted: deployments or replications are missing", before.file));
  if (second.interrupted) notes.push_back(fmt::format("{} was interrupted: deployments or replications are missing", after.file));
}

DeploymentChange compared(const StoredResult& before, const StoredComparison& first, const StoredDeployment& one,
                          const StoredResult& after, const StoredComparison& second, const StoredDeployment& other) {
  const bool same = one.name == other.name;
  return {same ? one.name : fmt::format("{} against {}", other.name, one.name),
          one.name,
          other.name,
          origin(before, first),
          origin(after, second),
          changes(one, other, first.seed == second.seed),
          bill_changes(one, other)};
}

}  // namespace

Comparison between(const StoredResult& before, const StoredResult& after) {
  Comparison result;
  result.before = origin(before, before.comparisons.front());
  result.after = origin(after, after.comparisons.front());
  for (const StoredComparison& first : before.comparisons) {
    const StoredComparison* second = partner(before, first, after);
    if (second == nullptr) {
      result.notes.push_back(fmt::format("{} is only in {}", first.scenario_file, before.file));
      continue;
    }
    note_origins(before, first, after, *second, result.notes);
    for (const StoredDeployment& one : first.deployments) {
      const StoredDeployment* other = second->find(one.name);
      if (other == nullptr) {
        result.notes.push_back(fmt::format("{} is only in {}", one.name, before.file));
        continue;
      }
      result.deployments.push_back(compared(before, first, one, after, *second, *other));
      note_replications(one, *other, first.seed == second->seed, result.notes);
    }
    for (const StoredDeployment& other : second->deployments) {
      if (first.find(other.name) == nullptr) result.notes.push_back(fmt::format("{} is only in {}", other.name, after.file));
    }
  }
  if (!result.deployments.empty()) return result;
  throw NothingToCompare(fmt::format(
      "{} and {} have no deployment in common: {} in the one, {} in the other; deployments are paired by name", before.file,
      after.file, names(before.comparisons.front()), names(after.comparisons.front())));
}

Comparison within(const StoredResult& result, const std::string& of, const std::string& against) {
  for (const StoredComparison& comparison : result.comparisons) {
    const StoredDeployment* after = comparison.find(of);
    const StoredDeployment* before = comparison.find(against);
    if (after == nullptr || before == nullptr) continue;
    Comparison made;
    made.before = made.after = origin(result, comparison);
    made.deployments.push_back(compared(result, comparison, *before, result, comparison, *after));
    if (comparison.interrupted) made.notes.push_back(fmt::format("{} was interrupted: replications are missing", result.file));
    note_replications(*before, *after, true, made.notes);
    return made;
  }
  for (const std::string& name : {of, against}) {
    const bool known = std::ranges::any_of(result.comparisons, [&](const StoredComparison& one) { return one.find(name) != nullptr; });
    if (!known) {
      throw NothingToCompare(fmt::format("{} has no deployment '{}'; it has {}", result.file, name,
                                         names(result.comparisons.front())));
    }
  }
  throw NothingToCompare(fmt::format("{}: '{}' and '{}' are not in the same scenario", result.file, of, against));
}

}  // namespace differences
