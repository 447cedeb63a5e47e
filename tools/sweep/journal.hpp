// SPDX-License-Identifier: MIT
// Finished points, kept as they finish: a file of JSON Lines, the header first, then one line a point in the
// order in which they were finished. A line is written at once, so that whatever kills the program tears the
// last one at most; it is cut off when the journal is taken up again. The line of a point that cannot be
// simulated says why, and has no rows. In memory a point takes eight bytes.
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
  // To read only; a torn last line is left where it is. Takes no descriptor between calls, so that there may
  // be any number of them.
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
  // One array of cells for each deployment; none of a refused point. Requires: has(position).
  nlohmann::ordered_json rows(std::size_t position) const;
  // Positions of the points that cannot be simulated, in order, and why this is so.
  const std::vector<std::size_t>& refused() const { return refused_; }
  std::string problem(std::size_t position) const;

  // What is in the file stays whole if these fail. One call at a time.
  void append(std::size_t position, const nlohmann::ordered_json& rows);
  void refuse(std::size_t position, std::string_view problem);

 private:
  Journal(std::string file, int descriptor, Header header);

  enum class Torn { cut, ignore };
  // False when not even the header is whole.
  bool read_header();
  void read_points(Torn torn);
  // Throws; removes a file that was just made.
  void lock(bool made);
  void begin_anew(bool made);
  nlohmann::ordered_json line_of(std::size_t position) const;
  void append_line(std::size_t position, std::string_view rest);
  void write(std::string_view line);
  [[noreturn]] void fail(std::string_view what) const;

  std::string file_;
  int descriptor_ = -1;
  Header header_;
  std::vector<std::uint64_t> offsets_;  // of the points' lines; 0: not there
  std::vector<std::size_t> refused_;
  std::size_t finished_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace sweep
