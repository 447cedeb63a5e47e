// SPDX-License-Identifier: MIT
// Finished points, kept as they finish: a file of JSON Lines, the header first, then one line a point in the
// order in which they were finished. A line is written at once, so that whatever kills the program tears the
// last one at most; it is cut off when the journal is taken up again. In memory a point takes eight bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tools/sweep/header.hpp"

namespace sweep {

// The file cannot be used; the message names it, says why and what to do.
class JournalError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Journal {
 public:
  // A new file of that name; refuses one that exists. Empty: a file without a name, gone with the program.
  static Journal begin(const std::string& file, const Header& header);
  // Goes on with a file, or begins it where there is none. Refuses one of another sweep, and one that
  // somebody else writes to.
  static Journal resume(const std::string& file, const Header& header);
  // To read only; a torn last line is left where it is.
  static Journal open(const std::string& file);

  Journal(Journal&& other) noexcept;
  Journal& operator=(Journal&& other) noexcept;
  ~Journal();

  const Header& header() const { return header_; }
  const std::string& file() const { return file_; }
  std::size_t size() const { return offsets_.size(); }  // points of the shard
  std::size_t finished() const { return finished_; }
  bool complete() const { return finished_ == size(); }

  // position: of the point within the shard.
  bool has(std::size_t position) const { return offsets_[position] != 0; }
  // One array of cells for each deployment. Requires: has(position).
  nlohmann::ordered_json rows(std::size_t position) const;
  // What is in the file stays whole if this fails. One call at a time.
  void append(std::size_t position, const nlohmann::ordered_json& rows);

 private:
  Journal(std::string file, int descriptor, Header header);

  enum class Torn { cut, ignore };
  // False when not even the header is whole.
  bool read_header();
  void read_points(Torn torn);
  void write(std::string_view line);
  [[noreturn]] void fail(std::string_view what) const;

  std::string file_;
  int descriptor_ = -1;
  Header header_;
  std::vector<std::uint64_t> offsets_;  // of the points' lines; 0: not there
  std::size_t finished_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace sweep
