// SPDX-License-Identifier: MIT
// A small HTTP server in threads of the test's own process. What it answers is in the path:
//   /fixed /chunked /until-close /empty (204) /missing (404) /sleep (1 ms) /once (says Connection: close)
//   /rude (closes like /once, but does not say so)
//   /reset (a TCP reset for an answer) /hang (no answer)
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tools/measure/load_generator.hpp"
#include "tools/measure/monotonic.hpp"

namespace tests {

class HttpServer {
 public:
  HttpServer() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 128);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ::ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~HttpServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int open : open_) ::shutdown(open, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
  }

  measure::Address address() const { return {"127.0.0.1", port_}; }
  int accepted() const { return accepted_; }
  int served(const std::string& method_and_path) {
    const std::lock_guard lock(mutex_);
    return static_cast<int>(requests_.count(method_and_path));
  }
  std::string last_request() {
    const std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  void accept_all() {
    for (int open = 0; (open = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
      const int on = 1;
      ::setsockopt(open, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      ++accepted_;
      const std::lock_guard lock(mutex_);
      open_.insert(open);
      threads_.emplace_back([this, open] { serve(open); });
    }
  }

  void serve(int open) {
    std::string pending;
    std::array<char, 65536> block;
    for (;;) {
      const ssize_t got = ::recv(open, block.data(), block.size(), 0);
      if (got <= 0) break;
      pending.append(block.data(), static_cast<std::size_t>(got));
      const std::size_t head = pending.find("\r\n\r\n");
      if (head == std::string::npos) continue;
      const std::size_t length = pending.find("Content-Length: ");
      const std::size_t body = length < head ? std::stoul(pending.substr(length + 16)) : 0;
      if (pending.size() < head + 4 + body) continue;
      const std::string request = pending.substr(0, head + 4 + body);
      pending.erase(0, head + 4 + body);
      if (!answer(open, request)) break;
    }
    const std::lock_guard lock(mutex_);
    open_.erase(open);
    ::close(open);
  }

  // False: the connection ends.
  bool answer(int open, const std::string& request) {
    const std::string name = request.substr(0, request.find(" HTTP/"));
    const std::string path = name.substr(name.find(' ') + 1);
    {
      const std::lock_guard lock(mutex_);
      requests_.insert(name);
      last_ = request;
    }
    bool stays = request.find("Connection: close") == std::string::npos;
    std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    if (name.starts_with("HEAD")) text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    if (path == "/chunked") text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    if (path == "/empty") text = "HTTP/1.1 204 No Content\r\n\r\n";
    if (path == "/missing") text = "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno";
    if (path == "/sleep") measure::sleep_for(1'000'000);
    if (path == "/until-close") {
      text = "HTTP/1.1 200 OK\r\n\r\nuntil the end";
      stays = false;
    }
    if (path == "/once") {
      text = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
      stays = false;
    }
    if (path == "/rude") stays = false;
    if (path == "/hang") return true;
    if (path == "/reset") {
      const linger at_once{1, 0};
      ::setsockopt(open, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
      return false;
    }
    ::send(open, text.data(), text.size(), MSG_NOSIGNAL);
    return stays;
  }

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> accepted_{0};
  std::mutex mutex_;
  std::set<int> open_;
  std::multiset<std::string> requests_;
  std::string last_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace tests
