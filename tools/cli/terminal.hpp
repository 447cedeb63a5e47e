// SPDX-License-Identifier: MIT
// What the stream at the other end can show.
#pragma once

#include <cstddef>

namespace cli {

// A terminal that understands control sequences: not a file or pipe, TERM is not "dumb".
bool is_terminal(int descriptor);
// A terminal, and the user did not set NO_COLOR (https://no-color.org).
bool use_color(int descriptor);
// Characters a line; 80 when unknown.
std::size_t columns(int descriptor);

}  // namespace cli
