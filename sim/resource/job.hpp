// SPDX-License-Identifier: MIT
// What runs on a server's cores, and what waits for one of them to be free.
#pragma once

#include <coroutine>
#include <cstdint>
#include <vector>

#include "sim/core/simulation.hpp"
#include "sim/resource/finish_heap.hpp"
#include "sim/resource/shared_server.hpp"

namespace sim {

// Tells its owner when one more job of a group would get a whole idle core: at the end of the instant, once
// each time it has been armed.
class CoreWatch {
 public:
  CoreWatch(SharedServer& server, GroupId group, void (*call)(void*), void* object)
      : server_(server), group_(group), call_(call), object_(object) {}
  ~CoreWatch() {
    if (armed_) std::erase(server_.watches_, this);
  }
  CoreWatch(const CoreWatch&) = delete;
  CoreWatch& operator=(const CoreWatch&) = delete;

  void arm() {
    if (armed_) return;
    armed_ = true;
    server_.watches_.push_back(this);
  }

 private:
  friend class SharedServer;

  SharedServer& server_;
  GroupId group_;
  void (*call_)(void*);
  void* object_;
  bool armed_ = false;
};

// One simulated thread: runs bursts, one at a time. Must outlive the coroutine that awaits them.
class Job {
 public:
  class Use;

  Job(SharedServer& server, GroupId group) : server_(server), group_(server.group(group)) {}
  ~Job();
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // co_await: runs until the work is done and returns 0, or until interrupted and returns the work left.
  [[nodiscard]] Use use(Duration work);

  bool running() const { return position_ != FinishHeap<Job>::nowhere; }
  // Work done in the running burst.
  Duration attained() const { return server_.attained(*this); }
  // Ends the running burst when this much has been done (at once, if it has been already), but never after
  // its own end. The last call counts. A throttled job does nothing, so neither does it end.
  void interrupt_at(Duration attained) { server_.interrupt_at(*this, attained); }

  GroupId group() const { return static_cast<GroupId>(group_.number); }
  SharedServer& server() const { return server_; }
  Simulation& simulation() const { return server_.simulation(); }

 private:
  friend class SharedServer;
  friend class FinishHeap<Job>;

  SharedServer& server_;
  SharedServer::Group& group_;
  std::uint32_t position_ = FinishHeap<Job>::nowhere;  // the heap's
  bool interrupted_ = false;
  std::uint64_t order_ = 0;                            // the heap's
  double started_ = 0.0;                               // reading of the group's clock
  Duration work_;
  Duration left_;
  std::coroutine_handle<> handle_;
};

class Job::Use {
 public:
  Use(Job& job, Duration work) : job_(job), work_(work) {}
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  ~Use() {
    if (suspended_ && job_.running()) job_.server_.leave(job_);
  }

  bool await_ready() {
    if (work_ != Duration{0.0}) [[likely]]
      return false;
    job_.left_ = {0.0};
    return true;
  }
  void await_suspend(std::coroutine_handle<> handle) {
    suspended_ = true;
    job_.server_.start(job_, work_, handle);
  }
  Duration await_resume() {
    suspended_ = false;
    return job_.left_;
  }

 private:
  Job& job_;
  Duration work_;
  bool suspended_ = false;
};

inline Job::Use Job::use(Duration work) {
  return Use(*this, work);
}

}  // namespace sim
