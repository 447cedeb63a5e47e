// SPDX-License-Identifier: MIT
// JSON Schema (draft-07) of the files that a user writes, for completion and checks in editors. It follows
// from the field tables; the reader is stricter (names that must exist, settings that must fit each other).
#pragma once

#include <string>

#include "models/scenario/tables.hpp"

namespace models {

std::string schema_json(FileKind kind);

}  // namespace models
