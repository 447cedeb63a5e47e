// SPDX-License-Identifier: MIT
#include "tools/measure/http_answer.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>

using measure::HttpAnswer;

namespace {

struct Outcome {
  bool complete = false;
  bool broken = false;
  int status = 0;
  bool keeps = false;
  std::size_t taken = 0;
};

// Fed in pieces of `size` bytes.
Outcome feed(const std::string& text, std::size_t size, bool bodiless = false, bool then_closed = false) {
  const auto answer = std::make_unique<HttpAnswer>();
  answer->expect(bodiless);
  std::size_t taken = 0;
  while (taken < text.size() && !answer->complete() && !answer->broken()) {
    taken += answer->feed(std::string_view(text).substr(taken, size));
  }
  if (then_closed) answer->closed();
  return {answer->complete(), answer->broken(), answer->status(), answer->keeps_connection(), taken};
}

}  // namespace

TEST_CASE("an answer is the same in whatever pieces it comes") {
  const std::string head = "HTTP/1.1 200 OK\r\nServer: x\r\ncontent-LENGTH:  5 \r\n\r\n";
  const std::string chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n5;name=v\r\nhello\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
  for (std::size_t size = 1; size <= 120; ++size) {
    CAPTURE(size);
    const Outcome fixed = feed(head + "helloNEXT", size);
    CHECK(fixed.complete);
    CHECK(fixed.taken == head.size() + 5);   // what follows belongs to the next answer
    const Outcome parts = feed(chunked, size);
    CHECK(parts.complete);
    CHECK(parts.taken == chunked.size());
    CHECK(parts.keeps);
  }
}

TEST_CASE("an answer without length lasts until the connection closes, and then cannot keep it") {
  const std::string text = "HTTP/1.1 200 OK\r\nServer: x\r\n\r\nsome bytes";
  CHECK_FALSE(feed(text, 7).complete);
  const Outcome closed = feed(text, 7, false, true);
  CHECK(closed.complete);
  CHECK_FALSE(closed.keeps);
}

TEST_CASE("an answer cut short by a close is not complete") {
  CHECK_FALSE(feed("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort", 100, false, true).complete);
  CHECK_FALSE(feed("HTTP/1.1 200", 100, false, true).complete);
}

TEST_CASE("answers to HEAD and those of status 204 and 304 have no body") {
  CHECK(feed("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n", 100, true).complete);
  CHECK(feed("HTTP/1.1 204 No Content\r\n\r\n", 100).complete);
  CHECK(feed("HTTP/1.1 304 Not Modified\r\nContent-Length: 50\r\n\r\n", 100).complete);
}

TEST_CASE("an interim answer is passed over") {
  const Outcome outcome = feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", 9);
  CHECK(outcome.complete);
  CHECK(outcome.status == 201);
}

TEST_CASE("the connection is kept by HTTP/1.1 unless it says close, and by 1.0 only if it says so") {
  CHECK(feed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 99).keeps);
  CHECK_FALSE(feed("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: Close\r\n\r\n", 99).keeps);
  CHECK_FALSE(feed("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 99).keeps);
  CHECK(feed("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", 99).keeps);
}

TEST_CASE("what is not HTTP is broken, not awaited") {
  CHECK(feed("SSH-2.0-OpenSSH\r\n\r\n", 99).broken);
  CHECK(feed("HTTP/1.1 abc OK\r\n\r\n", 99).broken);
  CHECK(feed("HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\n", 99).broken);
  CHECK(feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 99).broken);
  CHECK(feed("HTTP/1.1 200 OK\r\nLong: " + std::string(20'000, 'x'), 1000).broken);
}
