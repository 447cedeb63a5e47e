// SPDX-License-Identifier: MIT
#include "tools/measure/load_loop.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sched.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "tools/measure/measurement_error.hpp"

namespace measure {
namespace {

constexpr std::size_t buffer_size = 256 * 1024;
constexpr Nanoseconds pause_after_failure = 10'000'000;
constexpr Nanoseconds idle_close_race = 1'000'000;
constexpr models::Count telling_ends = 5;
constexpr Nanoseconds expiry_interval = 100'000'000;
constexpr Nanoseconds longest_farewell = 1'000'000'000;
constexpr int longest_sleep_ms = 20;
constexpr std::uint64_t timer_event = UINT64_MAX;
constexpr double requests_reserved_per_second = 60'000.0;

std::string request_text(const Request& request, const Address& address, bool keep_alive) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\n", request.method, request.path);
  const auto has = [&](std::string_view name) {
    return std::any_of(request.headers.begin(), request.headers.end(), [&](const std::string& header) {
      return header.size() > name.size() && header[name.size()] == ':' &&
             ::strncasecmp(header.data(), name.data(), name.size()) == 0;
    });
  };
  if (!has("Host")) text += fmt::format("Host: {}:{}\r\n", address.host, address.port);
  if (!has("User-Agent")) text += "User-Agent: forkcast\r\n";
  if (!has("Accept")) text += "Accept: */*\r\n";
  for (const std::string& header : request.headers) text += header + "\r\n";
  const bool carries_body = !request.body.empty() || request.method == "POST" || request.method == "PUT";
  if (carries_body && !has("Content-Length")) text += fmt::format("Content-Length: {}\r\n", request.body.size());
  if (!keep_alive) text += "Connection: close\r\n";
  return text + "\r\n" + request.body;
}

}  // namespace

LoadGenerator::Loop::Loop(const Address& address, LoadPlan plan)
    : plan_(std::move(plan)), choices_(plan_.seed, 0, "request", 0), gaps_(plan_.seed, 0, "arrival", 0), buffer_(buffer_size) {
  if (plan_.requests.empty()) throw MeasurementError("a load needs at least one request");
  if (plan_.connections < 1 || plan_.connections > 100'000) {
    throw MeasurementError(fmt::format("{} connections are not 1..100000", plan_.connections));
  }
  if (plan_.rate && !(plan_.rate->per_second > 0.0)) throw MeasurementError("the rate of a load must be above 0");
  double total = 0.0;
  for (const Request& request : plan_.requests) {
    if (!(request.weight >= 0.0)) throw MeasurementError(fmt::format("the weight of {} is negative", request.path));
    texts_.push_back(request_text(request, address, plan_.keep_alive));
    cumulative_weights_.push_back(total += request.weight);
  }
  if (!(total > 0.0)) throw MeasurementError("no request has a weight above 0");
  address_.sin_family = AF_INET;
  address_.sin_port = ::htons(address.port);
  const std::string host = address.host == "localhost" ? "127.0.0.1" : address.host;
  if (::inet_pton(AF_INET, host.c_str(), &address_.sin_addr) != 1) {
    throw MeasurementError(fmt::format("{} is not an IPv4 address", address.host));
  }
  connections_.resize(static_cast<std::size_t>(plan_.connections));
  for (std::size_t slot = connections_.size(); slot-- > 0;) unopened_.push_back(static_cast<Slot>(slot));
  idle_.reserve(connections_.size());
  events_ = FileDescriptor(::epoll_create1(EPOLL_CLOEXEC));
  timer_ = FileDescriptor(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!events_ || !timer_) throw MeasurementError(fmt::format("cannot make load: {}", std::strerror(errno)));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = timer_event;
  ::epoll_ctl(events_.get(), EPOLL_CTL_ADD, timer_.get(), &event);
}

void LoadGenerator::Loop::set_window(Nanoseconds open, Nanoseconds close) {
  window_open_ = open;
  window_close_ = close;
  const double seconds = static_cast<double>(close - open) * 1e-9;
  const double per_second = plan_.rate ? 1.2 * plan_.rate->per_second : requests_reserved_per_second;
  counts.latencies.reserve(static_cast<std::size_t>(std::min(seconds * per_second + 1000.0, 2e7)));
}

void LoadGenerator::Loop::run() {
  ::prctl(PR_SET_TIMERSLACK, 1UL);
  if (!plan_.cores.empty()) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    for (const int core : plan_.cores) CPU_SET(static_cast<std::size_t>(core), &cores);
    ::sched_setaffinity(0, sizeof(cores), &cores);
  }
  clockid_t own{};
  ::pthread_getcpuclockid(::pthread_self(), &own);
  clock = own;
  has_clock = true;

  const Nanoseconds begun = monotonic_now();
  next_expiry_ = begun + expiry_interval;
  if (plan_.rate) {
    next_arrival_ = static_cast<double>(begun) + gaps_.exponential() * 1e9 / plan_.rate->per_second;
    arm_timer();
  } else {
    while (!unopened_.empty() && may_request()) {
      const Slot slot = unopened_.back();
      unopened_.pop_back();
      begin(slot, choose_request(), monotonic_now());
    }
  }
  while (!over()) {
    turn(pauses_.empty() ? longest_sleep_ms : 1);
    const Nanoseconds now = monotonic_now();
    resume_pauses(now);
    if (now >= next_expiry_) expire(now);
  }
  // Requests under way are waited for: a server whose clients leave in the middle answers the next load with the
  // work, and the broken connections, of this one.
  for (Connection& connection : connections_) {
    if (!connection.busy) disconnect(connection);
  }
  const Nanoseconds patience = monotonic_now() + longest_farewell;
  while (in_flight() && monotonic_now() < patience) turn(1);
  has_clock = false;
  done = true;
}

void LoadGenerator::Loop::turn(int wait_ms) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the kernel fills what is read, and every turn has one.
  std::array<epoll_event, 256> ready;
  const int number = ::epoll_wait(events_.get(), ready.data(), static_cast<int>(ready.size()), wait_ms);
  for (int i = 0; i < number; ++i) {
    const epoll_event& event = ready[static_cast<std::size_t>(i)];
    if (event.data.u64 == timer_event) {
      std::uint64_t expirations = 0;
      [[maybe_unused]] const ssize_t got = ::read(timer_.get(), &expirations, sizeof(expirations));
      arrivals_until(monotonic_now());
      continue;
    }
    const Slot slot = static_cast<Slot>(event.data.u64);
    Connection& connection = connections_[slot];
    if (!connection.socket || connection.generation != event.data.u64 >> 32) continue;
    if ((event.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) receive(slot);
    if ((event.events & EPOLLOUT) != 0 && connection.socket && connection.busy &&
        connection.generation == event.data.u64 >> 32 && connection.sent < texts_[connection.request].size()) {
      send(slot);
    }
  }
}

bool LoadGenerator::Loop::over() const {
  return stopping.load(std::memory_order_relaxed) || (plan_.limit && ended_ >= *plan_.limit);
}

bool LoadGenerator::Loop::may_request() const {
  return !stopping.load(std::memory_order_relaxed) && (!plan_.limit || requested_ < *plan_.limit);
}

bool LoadGenerator::Loop::in_flight() const {
  return std::any_of(connections_.begin(), connections_.end(), [](const Connection& connection) { return connection.busy; });
}

std::size_t LoadGenerator::Loop::choose_request() {
  ++requested_;
  if (texts_.size() == 1) return 0;
  const double at = choices_.uniform() * cumulative_weights_.back();
  return static_cast<std::size_t>(
      std::upper_bound(cumulative_weights_.begin(), cumulative_weights_.end() - 1, at) - cumulative_weights_.begin());
}

void LoadGenerator::Loop::begin(Slot slot, std::size_t request, Nanoseconds start) {
  Connection& connection = connections_[slot];
  connection.busy = true;
  connection.request = request;
  connection.start = start;
  connection.begun = plan_.rate ? monotonic_now() : start;
  connection.deadline = start + plan_.request_timeout.count();
  connection.answer.expect(plan_.requests[request].method == "HEAD");
  connection.sent = 0;
  if (connection.socket) send(slot);
  else connect_and_send(slot);
}

void LoadGenerator::Loop::connect_and_send(Slot slot) {
  Connection& connection = connections_[slot];
  connection.socket = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!connection.socket) return fail(slot, fmt::format("socket: {}", std::strerror(errno)));
  ++connection.generation;
  ++counts.connections_opened;
  connection.proven = false;
  const int on = 1;
  ::setsockopt(connection.socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (::connect(connection.socket.get(), reinterpret_cast<const sockaddr*>(&address_), sizeof(address_)) != 0 &&
      errno != EINPROGRESS) {
    return fail(slot, fmt::format("connect: {}", std::strerror(errno)));
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u64 = std::uint64_t{connection.generation} << 32 | slot;
  ::epoll_ctl(events_.get(), EPOLL_CTL_ADD, connection.socket.get(), &event);
  send(slot);   // on loopback the connection usually stands already
}

void LoadGenerator::Loop::send(Slot slot) {
  Connection& connection = connections_[slot];
  const std::string& text = texts_[connection.request];
  while (connection.sent < text.size()) {
    const ssize_t taken = ::send(connection.socket.get(), text.data() + connection.sent, text.size() - connection.sent, MSG_NOSIGNAL);
    if (taken >= 0) {
      connection.sent += static_cast<std::size_t>(taken);
    } else if (errno == EAGAIN || errno == ENOTCONN) {
      return;   // there will be an event
    } else if (errno != EINTR) {
      // What the server said before it stopped listening may be the answer.
      if (errno == EPIPE || errno == ECONNRESET) return receive(slot);
      return fail(slot, std::strerror(errno));
    }
  }
}

void LoadGenerator::Loop::receive(Slot slot) {
  Connection& connection = connections_[slot];
  for (;;) {
    const ssize_t got = ::recv(connection.socket.get(), buffer_.data(), buffer_.size(), 0);
    if (got < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return;
      return peer_closed(slot, std::strerror(errno));
    }
    if (got == 0) return peer_closed(slot, "closed by the server before its answer was complete");
    if (!connection.busy) return disconnect(connection);   // nobody asked
    connection.answer.feed({buffer_.data(), static_cast<std::size_t>(got)});
    if (connection.answer.broken()) return fail(slot, "the answer is not HTTP/1.1");
    if (connection.answer.complete()) return finish(slot);
  }
}

void LoadGenerator::Loop::peer_closed(Slot slot, const char* what) {
  Connection& connection = connections_[slot];
  if (!connection.busy) return disconnect(connection);
  if (connection.answer.closed()) return finish(slot);
  const bool unsaid = connection.proven && !connection.answer.begun();
  if (unsaid) note_unsaid_end();
  if (unsaid && monotonic_now() - connection.begun < idle_close_race) {
    // A server may close an idle connection just when a request is on its way: that request goes out again. One that
    // was taken up and lost with its worker is an error.
    disconnect(connection);
    connection.sent = 0;
    return connect_and_send(slot);
  }
  fail(slot, what);
}

// Closing an idle connection now and then is a server's right. One that has closed most of them never keeps
// any.
void LoadGenerator::Loop::note_unsaid_end() {
  ++unsaid_ends_;
  if (unsaid_ends_ >= telling_ends && 2 * unsaid_ends_ >= ended_) counts.ends_connections = true;
}

void LoadGenerator::Loop::finish(Slot slot) {
  Connection& connection = connections_[slot];
  const Nanoseconds now = monotonic_now();
  const int status = connection.answer.status();
  const bool good = status >= 200 && status < 400;
  if (!good) {
    if (counts.first_bad_status == 0) counts.first_bad_status = status;
    remember(fmt::format("status {} for {}", status, plan_.requests[connection.request].path));
  }
  if (good && status >= 300) ++counts.redirects;
  count(connection, now, good);
  connection.proven = true;
  if (!plan_.keep_alive || counts.ends_connections || !connection.answer.keeps_connection())
    disconnect(connection);
  release(slot, now, false);
}

void LoadGenerator::Loop::fail(Slot slot, const std::string& what) {
  Connection& connection = connections_[slot];
  remember(what);
  connection.answer.expect(false);
  const Nanoseconds now = monotonic_now();
  count(connection, now, false);
  disconnect(connection);
  release(slot, now, true);
}

void LoadGenerator::Loop::disconnect(Connection& connection) {
  connection.socket.close();
  connection.proven = false;
}

void LoadGenerator::Loop::release(Slot slot, Nanoseconds now, bool after_failure) {
  Connection& connection = connections_[slot];
  connection.busy = false;
  // One that has nothing more to ask leaves: a worker that serves one connection at a time may hold up the others.
  if (over() || (waiting_.empty() && !may_request())) return disconnect(connection);
  if (!plan_.rate) {
    // A server that refuses would be asked again at once, for ever, by all the CPU there is.
    if (after_failure) pauses_.push_back({now + pause_after_failure, slot});
    else begin(slot, choose_request(), now);
    return;
  }
  if (!waiting_.empty()) {
    const Arrival arrival = waiting_.front();
    waiting_.pop_front();
    if (!after_failure) return begin(slot, arrival.request, arrival.due);
    waiting_.push_front(arrival);
    pauses_.push_back({now + pause_after_failure, slot});
    return;
  }
  if (connection.socket) idle_.push_back(slot);
  else unopened_.push_back(slot);
}

void LoadGenerator::Loop::count(const Connection& connection, Nanoseconds now, bool good) {
  ++ended_;
  if (now < window_open_) {
    ++(good ? counts.answered_before : counts.errors_before);
  } else if (now < window_close_) {
    ++(good ? counts.answered : counts.errors);
    if (good) counts.latencies.push_back(now - connection.start);
    if (plan_.log) counts.log.push_back({connection.start, now - connection.start, connection.answer.status()});
  }
}

void LoadGenerator::Loop::remember(const std::string& error) {
  if (counts.first_error.empty()) counts.first_error = error;
}

void LoadGenerator::Loop::arrivals_until(Nanoseconds now) {
  while (next_arrival_ <= static_cast<double>(now) && may_request()) {
    arrive({static_cast<Nanoseconds>(next_arrival_), choose_request()});
    next_arrival_ += gaps_.exponential() * 1e9 / plan_.rate->per_second;
  }
  if (may_request()) arm_timer();
}

void LoadGenerator::Loop::arrive(const Arrival& arrival) {
  while (!idle_.empty()) {
    const Slot slot = idle_.back();
    idle_.pop_back();
    if (connections_[slot].socket) return begin(slot, arrival.request, arrival.due);
    unopened_.push_back(slot);   // closed by the server meanwhile
  }
  if (unopened_.empty()) {
    waiting_.push_back(arrival);
    return;
  }
  const Slot slot = unopened_.back();
  unopened_.pop_back();
  begin(slot, arrival.request, arrival.due);
}

void LoadGenerator::Loop::arm_timer() {
  const auto due = static_cast<Nanoseconds>(next_arrival_) + 1;
  const itimerspec at{{}, {due / 1'000'000'000, due % 1'000'000'000}};
  ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &at, nullptr);
}

void LoadGenerator::Loop::resume_pauses(Nanoseconds now) {
  while (!pauses_.empty() && pauses_.front().until <= now && !over()) {
    const Slot slot = pauses_.front().slot;
    pauses_.pop_front();
    release(slot, now, false);
  }
}

void LoadGenerator::Loop::expire(Nanoseconds now) {
  next_expiry_ = now + expiry_interval;
  for (std::size_t slot = 0; slot < connections_.size(); ++slot) {
    if (connections_[slot].busy && connections_[slot].deadline <= now) fail(static_cast<Slot>(slot), "no answer within the time limit");
  }
  while (!waiting_.empty() && waiting_.front().due + plan_.request_timeout.count() <= now) {
    Connection never_sent;
    never_sent.start = waiting_.front().due;
    waiting_.pop_front();
    never_sent.answer.expect(false);
    remember("no free connection within the time limit");
    count(never_sent, now, false);
  }
}

}  // namespace measure
