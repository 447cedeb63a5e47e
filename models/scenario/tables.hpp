// SPDX-License-Identifier: MIT
// The field tables of the files that a user writes, ready to be walked. tables.cpp is the one translation
// unit that instantiates them.
#pragma once

#include "models/fields/reflection.hpp"

namespace models {

enum class FileKind { scenario, profile, host, validation, prices };

const Record& scenario_table();
const Record& profile_table();
const Record& derivation_table();
const Record& host_table();
const Record& validation_table();
const Record& prices_table();
const Type& scenario_type();
const Type& profile_type();

}  // namespace models
