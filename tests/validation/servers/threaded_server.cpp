// SPDX-License-Identifier: MIT
// A threaded HTTP/1.1 server without an interpreter: P processes of T threads, so that native threads are measured like
// any other runtime. The threads of a process wait on one epoll set and take whichever connection has a request next;
// the processes share a listening socket, and a connection stays with the process that accepted it.
//   /cpu    about 1 ms of arithmetic
//   /wait   20 ms of time
//   /touch  2 MiB for the length of the request, a walk through 4 MiB of the heap and twenty writes into it
// A worker that dies is replaced. SIGTERM ends all.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace {

struct Options {
  int port = 0;
  int processes = 1;
  int threads = 1;
  int heap_mib = 0;
  bool preload = false;  // the heap is made once, before the workers are forked
};

int must(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
  return result;
}

using Heap = std::vector<std::atomic<std::uint32_t>>;

Heap make_heap(int mib) { return Heap(static_cast<std::size_t>(mib) << 18U); }

std::uint64_t next(std::uint64_t at) { return at * 6364136223846793005U + 1442695040888963407U; }

std::uint64_t compute() {
  std::uint64_t at = 1;
  for (int i = 0; i < 500'000; ++i) at = next(at);
  return at;
}

std::uint64_t touch(Heap& heap) {
  std::vector<char> body(2U << 20U, '\1');
  auto at = static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  std::uint64_t sum = static_cast<unsigned char>(body[at % body.size()]);
  if (heap.empty()) return sum;
  std::size_t walked = at % heap.size();
  for (std::size_t i = 0; i < 1U << 20U; ++i) {
    sum += heap[walked].load(std::memory_order_relaxed);
    if (++walked == heap.size()) walked = 0;
  }
  for (int i = 0; i < 20; ++i) {
    at = next(at);
    heap[(at >> 33U) % heap.size()].fetch_add(1, std::memory_order_relaxed);
  }
  return sum;
}

struct Answer {
  const char* status;
  std::uint64_t value;
};

Answer answer(std::string_view path, Heap& heap) {
  if (path == "/cpu") return {"200 OK", compute()};
  if (path == "/touch") return {"200 OK", touch(heap)};
  if (path == "/wait") {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return {"200 OK", 0};
  }
  return {"404 Not Found", 404};
}

// A client: what it has sent and nobody has answered yet.
class Connection {
 public:
  explicit Connection(int socket) : socket_(socket) {}
  ~Connection() { close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int socket() const { return socket_; }

  // Answers every request that has arrived whole. False: the connection is over.
  bool serve(Heap& heap) {
    char chunk[4096];
    const ssize_t got = recv(socket_, chunk, sizeof chunk, MSG_DONTWAIT);
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return false;
    if (got > 0) unread_.append(chunk, static_cast<std::size_t>(got));
    for (auto end = unread_.find("\r\n\r\n"); end != std::string::npos; end = unread_.find("\r\n\r\n")) {
      const std::string head = unread_.substr(0, end + 2);
      unread_.erase(0, end + 4);
      if (!reply(head, heap)) return false;
    }
    return unread_.size() < 65536;
  }

 private:
  bool reply(std::string_view head, Heap& heap) const {
    const auto from = head.find(' ') + 1;
    const bool get = head.substr(0, from) == "GET ";
    const auto [status, value] = get ? answer(head.substr(from, head.find(' ', from) - from), heap)
                                     : Answer{"405 Method Not Allowed", 405};
    const bool stays = get && head.find("\r\nConnection: close\r\n") == std::string_view::npos;
    const std::string body = std::to_string(value) + "\n";
    const std::string text = std::string("HTTP/1.1 ") + status + "\r\nContent-Type: text/plain\r\nContent-Length: " +
                             std::to_string(body.size()) + (stays ? "" : "\r\nConnection: close") + "\r\n\r\n" + body;
    return send(socket_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()) && stays;
  }

  int socket_;
  std::string unread_;
};

// One process: its threads share an epoll set, in which the listener has no connection.
class Worker {
 public:
  Worker(int listener, Heap& heap) : listener_(listener), heap_(heap), set_(must(epoll_create1(0), "epoll_create")) {
    epoll_event event{EPOLLIN | EPOLLEXCLUSIVE, {.ptr = nullptr}};
    must(epoll_ctl(set_, EPOLL_CTL_ADD, listener_, &event), "epoll_ctl");
  }

  [[noreturn]] void run() {
    for (;;) {
      epoll_event event{};
      if (epoll_wait(set_, &event, 1, -1) != 1) continue;
      if (event.data.ptr == nullptr) {
        accept_one();
      } else {
        // The set held it, and hands it to one thread at a time.
        std::unique_ptr<Connection> connection(static_cast<Connection*>(event.data.ptr));
        if (connection->serve(heap_)) watch(EPOLL_CTL_MOD, std::move(connection));
      }
    }
  }

 private:
  void accept_one() {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;  // another process was faster
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(EPOLL_CTL_ADD, std::make_unique<Connection>(socket));
  }

  void watch(int how, std::unique_ptr<Connection> connection) {
    const int socket = connection->socket();
    epoll_event event{EPOLLIN | EPOLLONESHOT, {.ptr = connection.release()}};
    must(epoll_ctl(set_, how, socket, &event), "epoll_ctl");
  }

  int listener_;
  Heap& heap_;
  int set_;
};

[[noreturn]] void work(const Options& options, int listener, Heap& heap) {
  if (!options.preload) heap = make_heap(options.heap_mib);
  Worker worker(listener, heap);
  std::vector<std::thread> others;
  for (int i = 1; i < options.threads; ++i) others.emplace_back([&] { worker.run(); });
  worker.run();
}

pid_t start_worker(const Options& options, int listener, Heap& heap, const sigset_t& signals) {
  const pid_t child = must(fork(), "fork");
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigprocmask(SIG_UNBLOCK, &signals, nullptr);
  work(options, listener, heap);
}

int listen_on(int port) {
  const int listener = must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket");
  const int on = 1;
  must(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), "setsockopt");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  must(bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
  must(listen(listener, 4096), "listen");
  return listener;
}

void supervise(const Options& options) {
  const int listener = listen_on(options.port);
  Heap heap = make_heap(options.preload ? options.heap_mib : 0);
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&signals, signal);
  sigprocmask(SIG_BLOCK, &signals, nullptr);

  std::vector<pid_t> workers;
  for (int i = 0; i < options.processes; ++i) workers.push_back(start_worker(options, listener, heap, signals));
  for (int signal = 0; sigwait(&signals, &signal) == 0 && signal == SIGCHLD;) {
    for (pid_t dead = waitpid(-1, nullptr, WNOHANG); dead > 0; dead = waitpid(-1, nullptr, WNOHANG)) {
      std::fprintf(stderr, "worker %d ended, starting another\n", static_cast<int>(dead));
      for (pid_t& worker : workers) {
        if (worker == dead) worker = start_worker(options, listener, heap, signals);
      }
    }
  }
  for (const pid_t worker : workers) kill(worker, SIGTERM);
  while (waitpid(-1, nullptr, 0) > 0) continue;
}

bool read_options(int count, char** words, Options& options) {
  for (int i = 1; i < count; ++i) {
    const std::string_view name = words[i];
    if (name == "--preload") {
      options.preload = true;
      continue;
    }
    int* const value = name == "--port"        ? &options.port
                       : name == "--processes" ? &options.processes
                       : name == "--threads"   ? &options.threads
                       : name == "--heap-mib"  ? &options.heap_mib
                                               : nullptr;
    if (value == nullptr || ++i == count) return false;
    const char* const end = words[i] + std::strlen(words[i]);
    const auto [rest, error] = std::from_chars(words[i], end, *value);
    if (error != std::errc{} || rest != end || *value < 0) return false;
  }
  return options.port > 0 && options.port < 65536 && options.processes > 0 && options.threads > 0;
}

}  // namespace

int main(int count, char** words) {
  Options options;
  if (!read_options(count, words, options)) {
    std::fputs("usage: threaded_server --port N [--processes P] [--threads T] [--heap-mib M] [--preload]\n", stderr);
    return 2;
  }
  try {
    supervise(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "threaded_server: %s\n", error.what());
    return 1;
  }
}
