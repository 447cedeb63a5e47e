// SPDX-License-Identifier: MIT
#include "models/scenario/tables.hpp"

#include "models/fields/reflect.hpp"
#include "models/profile/derivation.hpp"
#include "models/profile/host_profile.hpp"
#include "models/scenario/scenario.hpp"
#include "models/scenario/validation_plan.hpp"

namespace models {

const Record& scenario_table() {
  return record_of<Scenario>();
}
const Record& profile_table() {
  return record_of<Profile>();
}
const Record& derivation_table() {
  return record_of<Derivation>();
}
const Record& host_table() {
  return record_of<HostProfile>();
}
const Record& validation_table() {
  return record_of<ValidationPlan>();
}
const Record& prices_table() {
  return record_of<PriceSheet>();
}
const Type& scenario_type() {
  return type_of<Scenario>();
}
const Type& profile_type() {
  return type_of<Profile>();
}

}  // namespace models
