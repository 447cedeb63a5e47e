// SPDX-License-Identifier: MIT
// One HTTP/1.1 answer, read as its bytes come in (RFC 9112): a body of Content-Length, chunked, or until the
// connection closes. Bodies are counted, not kept. Constant memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace measure {

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): a line is written before it is read.
class HttpAnswer {
 public:
  enum class State { head, body, chunk_size, chunk_data, chunk_end, trailer, until_close, complete, broken };

  // `bodiless`: the answer to HEAD.
  void expect(bool bodiless);

  // Takes bytes up to the end of the answer and returns how many.
  std::size_t feed(std::string_view bytes);

  // The connection has been closed; true where that completes the answer.
  bool closed();

  State state() const { return state_; }
  bool complete() const { return state_ == State::complete; }
  bool broken() const { return state_ == State::broken; }
  int status() const { return status_; }
  bool keeps_connection() const { return keeps_connection_; }
  bool begun() const { return state_ != State::head || held_ > 0; }

 private:
  void read_head(std::string_view head);
  void read_field(std::string_view line);
  void read_chunk_size();

  State state_ = State::head;
  bool bodiless_ = false;
  bool keeps_connection_ = true;
  bool chunked_ = false;
  bool has_length_ = false;
  int status_ = 0;
  std::uint64_t remaining_ = 0;       // of the body or chunk
  std::size_t held_ = 0;              // bytes in line_
  std::array<char, 16384> line_;      // a head or chunk line that came in parts; memory is touched only then
};

}  // namespace measure
