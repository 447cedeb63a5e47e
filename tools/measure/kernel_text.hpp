// SPDX-License-Identifier: MIT
// The small text files through which the kernel speaks: /proc and cgroup directories.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace measure {

// Absent where the file cannot be read (a process that has just ended, no permission).
std::optional<std::string> read_text(const std::string& path);

// False, with errno set, where the kernel refuses it.
bool write_text(const std::string& path, std::string_view text);

// The first word of `text` as a number; absent for "max" and the like.
std::optional<std::int64_t> first_number(std::string_view text);

// The number after `key` at the start of a line: "nr_periods 12", "Pss:   249 kB" (key with its colon).
std::optional<std::int64_t> number_after(std::string_view text, std::string_view key);

}  // namespace measure
