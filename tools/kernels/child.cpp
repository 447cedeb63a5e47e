// SPDX-License-Identifier: MIT
#include "tools/kernels/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "tools/measure/monotonic.hpp"

namespace kernels {
namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw KernelError(fmt::format("no pipe can be made: {}", std::strerror(errno)));
    read = measure::FileDescriptor(ends[0]);
    write = measure::FileDescriptor(ends[1]);
  }
  measure::FileDescriptor read, write;
};

constexpr int not_found = 127;

}  // namespace

Child::Child(const std::vector<std::string>& command) : name_(command.front()) {
  start([&command](int, int) {
    std::vector<char*> words;
    for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::execvp(words[0], words.data());
    const std::string why = fmt::format("{}: {}\n", command.front(), std::strerror(errno));
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, why.data(), why.size());
    return not_found;
  });
}

Child::Child(const std::function<int(int, int)>& body) : name_("the native kernel") { start(body); }

void Child::start(const std::function<int(int, int)>& body) {
  Pipe in, out, err;
  process_ = ::fork();
  if (process_ < 0) throw KernelError(fmt::format("no process can be started: {}", std::strerror(errno)));
  if (process_ == 0) {
    // Its own group, so that a signal to forkcast reaches forkcast, which then ends it.
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(in.read.get(), STDIN_FILENO);
    ::dup2(out.write.get(), STDOUT_FILENO);
    ::dup2(err.write.get(), STDERR_FILENO);
    in.write.close();
    out.read.close();
    ::_exit(body(STDIN_FILENO, STDOUT_FILENO));
  }
  in_ = std::move(in.write);
  out_ = std::move(out.read);
  err_ = std::move(err.read);
}

Child::~Child() {
  if (process_ <= 0) return;
  ::kill(-process_, SIGKILL);
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
}

void Child::say(const std::string& text) const {
  // A child that has ended is noticed when its next line does not come.
  const auto old = std::signal(SIGPIPE, SIG_IGN);
  [[maybe_unused]] const ssize_t written = ::write(in_.get(), text.data(), text.size());
  std::signal(SIGPIPE, old);
}

std::string Child::line(double seconds) {
  const measure::Nanoseconds deadline = measure::monotonic_now() + static_cast<measure::Nanoseconds>(1e9 * seconds);
  for (;;) {
    if (const std::size_t end = buffer_.find('\n'); end != std::string::npos) {
      std::string found = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return found;
    }
    const measure::Nanoseconds left = deadline - measure::monotonic_now();
    if (left <= 0) fail(fmt::format("did not answer within {:.0f} seconds", seconds));
    pollfd waiting{out_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(left / 1'000'000) + 1) <= 0) continue;
    char bytes[65536];
    const ssize_t got = ::read(out_.get(), bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail("ended without a result");
    buffer_.append(bytes, static_cast<std::size_t>(got));
  }
}

std::string Child::complaint() {
  ::fcntl(err_.get(), F_SETFL, O_NONBLOCK);
  std::string text;
  char bytes[4096];
  for (ssize_t got = 0; (got = ::read(err_.get(), bytes, sizeof bytes)) > 0;) text.append(bytes, static_cast<std::size_t>(got));
  while (text.ends_with('\n')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

void Child::fail(const std::string& what) {
  // Its end and the last of its stderr come together, but not in one instant.
  ::kill(process_, SIGKILL);
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = -1;
  const std::string last = complaint();
  if (WIFEXITED(status) && WEXITSTATUS(status) == not_found && !last.empty()) {
    throw KernelError("cannot start " + last);
  }
  throw KernelError(fmt::format("{} {}{}", name_, what, last.empty() ? std::string() : ": " + last));
}

}  // namespace kernels
