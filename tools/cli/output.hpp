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

// A temporary file in the same folder that is renamed when all is written: a reader sees the old content or
// the new. What is no regular file (a pipe, a device) is written directly. Unless it is finished, the old
// file is untouched.
class WholeFile {
 public:
  explicit WholeFile(const std::string& file);
  ~WholeFile();
  WholeFile(const WholeFile&) = delete;
  WholeFile& operator=(const WholeFile&) = delete;

  // Empty, or what went wrong, now or earlier.
  const std::string& problem() const { return problem_; }
  // False after a problem.
  bool write(std::string_view text);
  bool finish();

 private:
  bool fail();

  std::string file_;
  std::string target_;
  std::string temporary_;  // empty: written directly
  int descriptor_ = -1;
  std::string problem_;
};

// All at once: empty, or what went wrong.
std::string write_whole(const std::string& file, std::string_view text);

}  // namespace cli
