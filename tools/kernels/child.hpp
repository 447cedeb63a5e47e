// SPDX-License-Identifier: MIT
// A process that answers with lines on its stdout, for a bounded time. It dies with this object and with forkcast.
#pragma once

#include <sys/types.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tools/measure/file_descriptor.hpp"

namespace kernels {

// The kernel, its interpreter or its library does not do what it must; the message is for the user.
struct KernelError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Child {
 public:
  // A program on PATH.
  explicit Child(const std::vector<std::string>& command);
  // This program, after a fork: body(stdin, stdout) ends the process with its result.
  explicit Child(const std::function<int(int, int)>& body);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // The next line; throws KernelError when it does not come in time or the child ends before it.
  std::string line(double seconds);
  void say(const std::string& text) const;

 private:
  void start(const std::function<int(int, int)>& body);
  [[noreturn]] void fail(const std::string& what);
  std::string complaint();   // the end of its stderr

  std::string name_;
  pid_t process_ = -1;
  measure::FileDescriptor in_, out_, err_;
  std::string buffer_;
};

}  // namespace kernels
