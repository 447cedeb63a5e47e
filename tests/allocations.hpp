// SPDX-License-Identifier: MIT
// Counts every allocation of a test program, to show that a steady state makes none.
#pragma once

#include <cstddef>

namespace tests {

// Of all threads, since the program began.
std::size_t allocations_so_far();

}  // namespace tests
