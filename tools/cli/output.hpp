// SPDX-License-Identifier: MIT
// Where text goes: data to stdout, messages to stderr, exports to files that appear whole or not at all.
#pragma once

#include <string>
#include <string_view>

namespace cli {

// "forkcast: error: ..." on stderr.
void complain(std::string_view message);
// A line on stderr.
void tell(std::string_view message);

// Everything that has been printed so far and this, or an error: 0, `broken_pipe`, or `refused` after a message.
int print(std::string_view data);

// Empty when a file of that name could be written now, else why not. Leaves nothing behind.
std::string export_problem(const std::string& file);

// Writes a temporary file in the same folder, then renames it; a reader sees the old content or the new. What is no
// regular file (a pipe, a device) is written directly. Empty, or what went wrong: then the old file is untouched.
std::string write_whole(const std::string& file, std::string_view text);

}  // namespace cli
