// SPDX-License-Identifier: MIT
// The epoll loop of the load generator: a slot for every connection that may exist. In steady state nothing is
// allocated, and every event is one receive, one parse and, in a closed loop, one send.
#pragma once

#include <netinet/in.h>

#include <atomic>
#include <deque>
#include <string>
#include <vector>

#include "sim/random/stream.hpp"
#include "tools/measure/file_descriptor.hpp"
#include "tools/measure/http_answer.hpp"
#include "tools/measure/load_generator.hpp"

namespace measure {

class LoadGenerator::Loop {
 public:
  Loop(const Address& address, LoadPlan plan);

  void set_window(Nanoseconds open, Nanoseconds close);
  void run();

  std::atomic<bool> stopping{false};
  std::atomic<bool> done{false};
  std::atomic<bool> has_clock{false};
  std::atomic<clockid_t> clock{};
  LoadCounts counts;

 private:
  using Slot = std::uint32_t;

  struct Connection {
    FileDescriptor socket;
    std::uint32_t generation = 0;      // tells an event of this socket from one of the slot's last
    bool busy = false;
    bool proven = false;               // has answered: when it breaks now, the server may just have closed it
    std::size_t request = 0;
    std::size_t sent = 0;
    Nanoseconds start = 0;             // of the latency
    Nanoseconds begun = 0;             // when it came onto this connection
    Nanoseconds deadline = 0;
    HttpAnswer answer;
  };

  struct Arrival {
    Nanoseconds due;
    std::size_t request;
  };

  struct Pause {
    Nanoseconds until;
    Slot slot;
  };

  std::size_t choose_request();
  void begin(Slot slot, std::size_t request, Nanoseconds start);
  void connect_and_send(Slot slot);
  void send(Slot slot);
  void receive(Slot slot);
  void peer_closed(Slot slot, const char* what);
  void note_unsaid_end();
  void finish(Slot slot);
  void fail(Slot slot, const std::string& what);
  void disconnect(Connection& connection);
  void release(Slot slot, Nanoseconds now, bool after_failure);
  void count(const Connection& connection, Nanoseconds now, bool good);
  void remember(const std::string& error);

  void arrivals_until(Nanoseconds now);
  void arrive(const Arrival& arrival);
  void arm_timer();
  void resume_pauses(Nanoseconds now);
  void expire(Nanoseconds now);
  void turn(int wait_ms);            // handles what has happened, once
  bool over() const;                 // asked to stop, or all that the limit allows has ended
  bool may_request() const;
  bool in_flight() const;

  LoadPlan plan_;
  sockaddr_in address_{};
  std::vector<std::string> texts_;         // of the requests, ready to send
  std::vector<double> cumulative_weights_;
  sim::Stream choices_;
  sim::Stream gaps_;
  FileDescriptor events_;
  FileDescriptor timer_;
  std::vector<Connection> connections_;
  std::vector<Slot> idle_;                 // open and unused, the last used last; may name slots closed meanwhile
  std::vector<Slot> unopened_;
  std::deque<Arrival> waiting_;            // arrived, and every connection is busy
  std::deque<Pause> pauses_;               // closed loop, after a failure; ascending
  double next_arrival_ = 0.0;              // ns, fractions kept so that the rate is exact
  Nanoseconds window_open_ = INT64_MAX;
  Nanoseconds window_close_ = INT64_MAX;
  Nanoseconds next_expiry_ = 0;
  models::Count requested_ = 0;
  models::Count ended_ = 0;
  models::Count unsaid_ends_ = 0;  // connections that were gone when the next request came
  std::vector<char> buffer_;
};

}  // namespace measure
