// SPDX-License-Identifier: MIT
#include "tools/measure/http_answer.hpp"

#include <strings.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace measure {
namespace {

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

bool ends_with_word(std::string_view list, std::string_view word) {
  const std::size_t comma = list.rfind(',');
  return same(trimmed(comma == std::string_view::npos ? list : list.substr(comma + 1)), word);
}

}  // namespace

void HttpAnswer::expect(bool bodiless) {
  state_ = State::head;
  bodiless_ = bodiless;
  keeps_connection_ = true;
  chunked_ = has_length_ = false;
  status_ = 0;
  remaining_ = 0;
  held_ = 0;
}

std::size_t HttpAnswer::feed(std::string_view bytes) {
  const std::size_t offered = bytes.size();
  while (!bytes.empty() && !complete() && !broken()) {
    switch (state_) {
      case State::head: {
        // The usual case: the whole head in one piece, parsed where it lies.
        const std::size_t end = held_ == 0 ? bytes.find("\r\n\r\n") : std::string_view::npos;
        if (end != std::string_view::npos) {
          read_head(bytes.substr(0, end + 2));
          bytes.remove_prefix(end + 4);
          break;
        }
        while (!bytes.empty() && state_ == State::head) {
          if (held_ == line_.size()) {
            state_ = State::broken;
            break;
          }
          line_[held_++] = bytes.front();
          bytes.remove_prefix(1);
          if (held_ >= 4 && std::memcmp(&line_[held_ - 4], "\r\n\r\n", 4) == 0) {
            const std::size_t size = held_ - 2;
            held_ = 0;
            read_head({line_.data(), size});
          }
        }
        break;
      }
      case State::body:
      case State::chunk_data: {
        const std::size_t taken = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size()));
        remaining_ -= taken;
        bytes.remove_prefix(taken);
        if (remaining_ == 0) state_ = state_ == State::body ? State::complete : State::chunk_end;
        break;
      }
      case State::chunk_size:
      case State::chunk_end:
      case State::trailer: {
        const char letter = bytes.front();
        bytes.remove_prefix(1);
        if (letter == '\n') {
          if (state_ == State::chunk_size) read_chunk_size();
          else if (state_ == State::chunk_end) state_ = State::chunk_size;
          else if (held_ == 0) state_ = State::complete;
          held_ = 0;
        } else if (letter != '\r') {
          if (state_ == State::chunk_end || held_ == line_.size()) state_ = State::broken;
          else line_[held_++] = letter;
        }
        break;
      }
      case State::until_close:
        bytes = {};
        break;
      case State::complete:
      case State::broken:
        break;
    }
  }
  return offered - bytes.size();
}

bool HttpAnswer::closed() {
  if (state_ == State::until_close) state_ = State::complete;
  return complete();
}

void HttpAnswer::read_head(std::string_view head) {
  const std::size_t first_end = head.find("\r\n");
  const std::string_view first = head.substr(0, first_end);
  if (!first.starts_with("HTTP/1.") || first.size() < 12) {
    state_ = State::broken;
    return;
  }
  keeps_connection_ = first[7] != '0';
  std::from_chars(first.data() + 9, first.data() + 12, status_);
  if (status_ < 100 || status_ > 999) {
    state_ = State::broken;
    return;
  }
  for (std::size_t begin = first_end + 2; begin < head.size();) {
    const std::size_t end = head.find("\r\n", begin);
    read_field(head.substr(begin, end - begin));
    begin = end + 2;
  }
  if (state_ == State::broken) return;
  if (status_ < 200) {
    state_ = State::head;   // an interim answer; the real one follows
    chunked_ = has_length_ = false;
  } else if (bodiless_ || status_ == 204 || status_ == 304) {
    state_ = State::complete;
  } else if (chunked_) {
    state_ = State::chunk_size;
  } else if (has_length_) {
    state_ = remaining_ > 0 ? State::body : State::complete;
  } else {
    state_ = State::until_close;
    keeps_connection_ = false;
  }
}

void HttpAnswer::read_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (same(name, "content-length")) {
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), remaining_);
    if (error != std::errc{} || end != value.data() + value.size()) state_ = State::broken;
    has_length_ = true;
  } else if (same(name, "transfer-encoding")) {
    chunked_ = ends_with_word(value, "chunked");
  } else if (same(name, "connection")) {
    if (same(value, "close")) keeps_connection_ = false;
    if (same(value, "keep-alive")) keeps_connection_ = true;
  }
}

void HttpAnswer::read_chunk_size() {
  const auto [end, error] = std::from_chars(line_.data(), line_.data() + held_, remaining_, 16);
  // Behind the size there may be extensions.
  const bool ends_well = end == line_.data() + held_ || *end == ';' || *end == ' ' || *end == '\t';
  if (error != std::errc{} || !ends_well) state_ = State::broken;
  else state_ = remaining_ > 0 ? State::chunk_data : State::trailer;
}

}  // namespace measure
