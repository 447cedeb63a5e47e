// SPDX-License-Identifier: MIT
#include "tools/measure/keeper.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include "tools/measure/cgroup.hpp"
#include "tools/measure/measurement_error.hpp"
#include "tools/measure/process_counters.hpp"

namespace measure {

struct KeeperPage {
  static constexpr std::size_t room = 16 * 1024;

  std::atomic<pid_t> server{0};
  std::atomic<Nanoseconds> exec_time{0};
  std::atomic<int> status{0};
  std::atomic<bool> ended{false};
  std::atomic<bool> empty{false};
  std::atomic<std::uint64_t> written{0};   // bytes of output ever; the ring holds the last of them
  std::array<char, room> output{};
};

namespace {

static_assert(std::atomic<Nanoseconds>::is_always_lock_free);

constexpr Nanoseconds give_up_after = 10'000'000'000;
constexpr Nanoseconds poll_pause = 2'000'000;
constexpr char order_terminate = 'T';

// --- In the server's first process, between fork and exec ---

[[noreturn]] void start_server(const Launch& launch, KeeperPage& page, pid_t keeper, int output) {
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != keeper) ::_exit(125);
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  for (const std::string& directory : launch.cgroup_directories) {
    const int group = ::open((directory + "/cgroup.procs").c_str(), O_WRONLY);
    if (group < 0 || ::write(group, "0", 1) != 1) {
      const std::string complaint = fmt::format("forkcast: cannot join {}: {}\n", directory, std::strerror(errno));
      [[maybe_unused]] const ssize_t told = ::write(STDERR_FILENO, complaint.data(), complaint.size());
      ::_exit(125);
    }
  }
  if (!launch.cores.empty()) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    for (const int core : launch.cores) CPU_SET(static_cast<std::size_t>(core), &cores);
    ::sched_setaffinity(0, sizeof(cores), &cores);
  }
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::syscall(SYS_close_range, 3U, ~0U, 0U);
  page.exec_time = monotonic_now();
  ::execl("/bin/sh", "sh", "-c", launch.command.c_str(), nullptr);
  ::_exit(127);
}

// --- In the keeper ---

class KeeperLoop {
 public:
  KeeperLoop(const Launch& launch, KeeperPage& page, int lifeline) : launch_(launch), page_(page), lifeline_(lifeline) {}

  [[noreturn]] void run() {
    detach();
    int output[2];
    if (::pipe2(output, O_CLOEXEC | O_NONBLOCK) != 0) ::_exit(1);
    ::fcntl(output[1], F_SETFL, 0);   // the server expects writes that block
    const pid_t self = ::getpid();
    const pid_t server = ::fork();
    if (server == 0) start_server(launch_, page_, self, output[1]);
    ::close(output[1]);
    output_ = output[0];
    page_.server = server;
    if (server < 0) page_.ended = page_.empty = true;
    serve();
    destroy();
    ::_exit(0);
  }

 private:
  void detach() {
    ::setsid();   // an interrupt at the terminal reaches forkcast only
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::prctl(PR_SET_NAME, "forkcast-keeper");
    sigset_t all;
    ::sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    // Somebody may wait for the end of what forkcast's own files lead to.
    const int null = ::open("/dev/null", O_RDWR);
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, standard);
    if (lifeline_ != 3) {
      ::dup2(lifeline_, 3);
      lifeline_ = 3;
    }
    ::syscall(SYS_close_range, 4U, ~0U, 0U);
    sigset_t child;
    ::sigemptyset(&child);
    ::sigaddset(&child, SIGCHLD);
    children_ = ::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
  }

  void serve() {
    for (;;) {
      std::array<pollfd, 3> events{{{lifeline_, POLLIN, 0}, {children_, POLLIN, 0}, {output_, POLLIN, 0}}};
      if (::poll(events.data(), events.size(), -1) < 0) continue;
      if (events[2].revents != 0) keep_output();
      if (events[1].revents != 0) {
        signalfd_siginfo news{};
        while (::read(children_, &news, sizeof(news)) > 0) {}
        reap();
      }
      if (events[0].revents != 0) {
        char order = 0;
        if (::read(lifeline_, &order, 1) != 1) return;
        if (order == order_terminate) terminate();
      }
    }
  }

  void keep_output() {
    std::array<char, 4096> block{};
    for (;;) {
      const ssize_t got = ::read(output_, block.data(), block.size());
      if (got < 0) return;
      if (got == 0) {
        ::close(output_);
        output_ = -1;   // poll passes over it
        return;
      }
      std::uint64_t at = page_.written;
      for (ssize_t i = 0; i < got; ++i) page_.output[at++ % KeeperPage::room] = block[static_cast<std::size_t>(i)];
      page_.written = at;
    }
  }

  void reap() {
    int status = 0;
    for (;;) {
      const pid_t process = ::waitpid(-1, &status, WNOHANG);
      if (process == page_.server && process > 0) {
        if (output_ >= 0) keep_output();   // its last words come before the news of its end
        page_.status = status;
        page_.ended = true;
        if (terminating_) terminate();  // a shell that was told to end has not told its children
      }
      if (process < 0) page_.empty = true;
      if (process <= 0) return;
    }
  }

  void terminate() {
    terminating_ = true;
    if (!page_.ended) {
      ::kill(page_.server, SIGTERM);
    } else {
      for (const pid_t orphan : descendants(::getpid())) ::kill(orphan, SIGTERM);
    }
  }

  // Whoever loses its parent becomes a child of this process, so killing children until there is none gets all.
  void destroy() {
    const Nanoseconds limit = monotonic_now() + give_up_after;
    reap();
    while (!page_.empty && monotonic_now() < limit) {
      for (const pid_t process : descendants(::getpid())) ::kill(process, SIGKILL);
      sleep_for(poll_pause);
      if (output_ >= 0) keep_output();
      reap();
    }
    remove_groups(launch_.cgroup_directories);
  }

  const Launch& launch_;
  KeeperPage& page_;
  int lifeline_;
  int children_ = -1;
  int output_ = -1;
  bool terminating_ = false;
};

}  // namespace

Keeper::Keeper(const Launch& launch) {
  void* shared = ::mmap(nullptr, sizeof(KeeperPage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) throw MeasurementError("no memory for the server's output");
  page_ = new (shared) KeeperPage;
  int lifeline[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, lifeline) != 0) {
    ::munmap(page_, sizeof(KeeperPage));
    throw MeasurementError(fmt::format("cannot start a server: {}", std::strerror(errno)));
  }
  const FileDescriptor keepers_end(lifeline[0]);
  lifeline_ = FileDescriptor(lifeline[1]);
  keeper_ = ::fork();
  if (keeper_ == 0) KeeperLoop(launch, *page_, lifeline[0]).run();
  if (keeper_ < 0) {
    ::munmap(page_, sizeof(KeeperPage));
    throw MeasurementError(fmt::format("cannot start a server: {}", std::strerror(errno)));
  }
}

Keeper::~Keeper() {
  kill();
  ::munmap(page_, sizeof(KeeperPage));
}

pid_t Keeper::server() const { return page_->server; }
Nanoseconds Keeper::exec_time() const { return page_->exec_time; }
bool Keeper::ended() const { return page_->ended; }
bool Keeper::empty() const { return page_->empty; }
int Keeper::wait_status() const { return page_->status; }

std::string Keeper::output() const {
  const std::uint64_t written = page_->written;
  const std::uint64_t kept = std::min<std::uint64_t>(written, KeeperPage::room);
  std::string text;
  for (std::uint64_t at = written - kept; at < written; ++at) text += page_->output[at % KeeperPage::room];
  return text;
}

void Keeper::terminate() {
  if (!lifeline_) return;
  // Without SIGPIPE: the keeper may have been killed.
  [[maybe_unused]] const ssize_t told = ::send(lifeline_.get(), &order_terminate, 1, MSG_NOSIGNAL);
}

void Keeper::kill() {
  if (keeper_ < 0) return;
  lifeline_.close();
  const Nanoseconds limit = monotonic_now() + 2 * give_up_after;
  while (::waitpid(keeper_, nullptr, WNOHANG) == 0) {
    if (monotonic_now() > limit) {
      ::kill(keeper_, SIGKILL);
      ::waitpid(keeper_, nullptr, 0);
      break;
    }
    sleep_for(poll_pause);
  }
  keeper_ = -1;
}

}  // namespace measure
