// SPDX-License-Identifier: MIT
// Coroutines of a simulation.
//
//   sim::Process worker(sim::Simulation& simulation, ...)   lives on its own from the call to its end
//   sim::Task step(sim::Simulation& simulation, ...)        runs as part of whoever writes co_await step(...)
//
// Their frames come from the simulation, which they find in the first parameter (or object, for a member
// function) that is a simulation or has a member simulation(). Destroying a suspended coroutine takes it out
// of whatever it waits for: every awaiter undoes itself in its destructor.
#pragma once

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <type_traits>
#include <utility>

#include "sim/core/simulation_base.hpp"

namespace sim {

template <class T>
concept IsSimulation = std::derived_from<std::remove_cvref_t<T>, SimulationBase>;
template <class T>
concept HasSimulation = requires(T& owner) {
  { owner.simulation() } -> std::convertible_to<SimulationBase&>;
};

template <class First, class... Rest>
SimulationBase& simulation_of(First& first, Rest&... rest) {
  if constexpr (IsSimulation<First>) {
    return first;
  } else if constexpr (HasSimulation<First>) {
    return first.simulation();
  } else {
    static_assert(sizeof...(Rest) > 0,
                  "a coroutine needs a simulation, or an object with one, as a parameter");
    return simulation_of(rest...);
  }
}

// What Process and Task have in common; Promise is the most derived class.
template <class Promise>
struct CoroutinePromise : FrameLink {
  explicit CoroutinePromise(SimulationBase& owner) {
    simulation = &owner;
    address = std::coroutine_handle<Promise>::from_promise(static_cast<Promise&>(*this)).address();
  }
  CoroutinePromise(const CoroutinePromise&) = delete;
  CoroutinePromise& operator=(const CoroutinePromise&) = delete;
  ~CoroutinePromise() {
    if (simulation->kills_in_progress_ > 0) simulation->forget_wakes(address);
    if (slot != 0) simulation->close_slot(slot);
  }

  template <class... Parameters>
  static void* operator new(std::size_t size, Parameters&... parameters) {
    return simulation_of(parameters...).frames_.allocate(size);
  }
  static void operator delete(void* frame, std::size_t size) { FrameSlab::deallocate(frame, size); }

  void return_void() const {}
};

class Process {
 public:
  struct promise_type;

  // Handles stay valid after the end of the process, but not after the end of its simulation.
  bool alive() const {
    const auto& entry = simulation_->processes_[index_];
    return entry.generation == generation_ && entry.root != nullptr;
  }
  // Destroys the process with everything it awaits. Never from within the process itself. Killing a process
  // that has ended does nothing.
  void kill() const {
    if (alive()) simulation_->kill_process(index_);
  }

 private:
  Process(SimulationBase& simulation, std::uint32_t index)
      : simulation_(&simulation), index_(index), generation_(simulation.processes_[index].generation) {}

  SimulationBase* simulation_;
  std::uint32_t index_;
  std::uint32_t generation_;
};

struct Process::promise_type : CoroutinePromise<promise_type> {
  template <class... Parameters>
  explicit promise_type(Parameters&... parameters)
      : CoroutinePromise(simulation_of(parameters...)), index(simulation->enter_process(*this)) {}
  ~promise_type() { simulation->leave_process(index); }

  Process get_return_object() { return Process(*simulation, index); }
  std::suspend_never initial_suspend() const noexcept { return {}; }
  std::suspend_never final_suspend() const noexcept { return {}; }
  // Nobody awaits a process, so there is nobody to hand an exception to.
  [[noreturn]] void unhandled_exception() const { std::terminate(); }

  std::uint32_t index;
};

class [[nodiscard]] Task {
 public:
  struct promise_type;
  class Awaiter;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  Awaiter operator co_await() const noexcept;

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}

  std::coroutine_handle<promise_type> handle_;
};

struct Task::promise_type : CoroutinePromise<promise_type> {
  // Goes on with the awaiting coroutine, unless that is still about to suspend.
  struct Return {
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> ended) const noexcept {
      promise_type& promise = ended.promise();
      if (promise.starting) return std::noop_coroutine();
      FrameLink& waiting = *promise.parent;
      waiting.child = nullptr;
      if (promise.simulation->running_ == promise.address) promise.simulation->running_ = waiting.address;
      return std::coroutine_handle<>::from_address(waiting.address);
    }
    void await_resume() const noexcept {}
  };

  template <class... Parameters>
  explicit promise_type(Parameters&... parameters) : CoroutinePromise(simulation_of(parameters...)) {}

  Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
  std::suspend_always initial_suspend() const noexcept { return {}; }
  Return final_suspend() const noexcept { return {}; }
  void unhandled_exception() { exception = std::current_exception(); }

  FrameLink* parent = nullptr;
  bool starting = false;
  std::exception_ptr exception;
};

class Task::Awaiter {
 public:
  explicit Awaiter(std::coroutine_handle<promise_type> task) : task_(task) {}

  bool await_ready() const noexcept { return false; }
  // Runs the task until it first waits. One that never does returns here instead of being resumed from its
  // own end: compilers turn that into a jump only when they optimise, and a loop of such tasks would eat the
  // stack.
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> parent) const {
    FrameLink& link = parent.promise();
    promise_type& promise = task_.promise();
    link.child = &promise;
    promise.parent = &link;
    promise.starting = true;
    task_.resume();
    promise.starting = false;
    if (!task_.done()) return true;
    link.child = nullptr;
    return false;
  }
  void await_resume() const {
    if (task_.promise().exception) std::rethrow_exception(task_.promise().exception);
  }

 private:
  std::coroutine_handle<promise_type> task_;
};

inline Task::Awaiter Task::operator co_await() const noexcept {
  return Awaiter(handle_);
}

}  // namespace sim
