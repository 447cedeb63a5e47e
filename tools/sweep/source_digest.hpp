// SPDX-License-Identifier: MIT
// Which program this is, whatever its version says: written by tools/source_digest.cmake at build time.
#pragma once

#include <string_view>

namespace sweep {

// Of the sources that decide numbers and columns; the same on every machine.
std::string_view source_digest();

}  // namespace sweep
