// SPDX-License-Identifier: MIT
#include "tools/cli/service_options.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <string_view>

#include "tools/cli/command.hpp"
#include "tools/profiler/probe_plan.hpp"

namespace cli {
namespace {

// "/search weight=3"
measure::Request request_of(const std::string& text) {
  measure::Request request;
  const std::size_t space = text.find(' ');
  request.path = text.substr(0, space);
  if (!request.path.starts_with('/')) {
    throw UsageError(fmt::format("--url '{}' must begin with a path such as /checkout; the server is --command's", text));
  }
  if (space == std::string::npos) return request;
  const std::string rest = text.substr(text.find_first_not_of(' ', space));
  constexpr std::string_view key = "weight=";
  if (!rest.starts_with(key)) {
    throw UsageError(fmt::format("--url '{}': after the path only weight=NUMBER may follow", text));
  }
  request.weight = number_in("the weight of --url", rest.substr(key.size()), 1e-6, 1e6);
  return request;
}

// Text, or with @ the content of a file.
std::string body_of(const std::string& text) {
  if (!text.starts_with('@')) return text;
  std::ifstream in(text.substr(1), std::ios::binary);
  if (!in) throw UsageError(fmt::format("--body {}: the file cannot be read", text));
  return {std::istreambuf_iterator<char>(in), {}};
}

bool is_header(const std::string& text) {
  const std::size_t colon = text.find(':');
  return colon != std::string::npos && colon > 0 && text.find_first_of(" \t") > colon &&
         text.find_first_of("\r\n") == std::string::npos;
}

}  // namespace

double number_in(const std::string& option, const std::string& text, double low, double high) {
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= low && value <= high)) {
    throw UsageError(fmt::format("{} must be a number from {} to {}, not '{}'", option, low, high, text));
  }
  return value;
}

void ServiceOptions::declare(Options& options) {
  options.value("--name", name, "NAME", "Name of the service");
  options.value("--command", command, "COMMAND",
                "Starts the server; {port} and, where it can vary them, {processes}, {threads}, {preload} are replaced");
  options.value("--pid", process, 1, 1 << 22, "PID", "Instead of a command, a process of a server that runs already");
  options.value("--cgroup", cgroup, "PATH", "Or the cgroup that it runs in");
  options.value("--at", at, "HOST:PORT", "Where that server listens, for example 127.0.0.1:8000");
  options.value("--processes", processes, 1, 4096, "N",
                "Worker processes that it has, where the command cannot vary them");
  options.value("--threads", threads, 1, 65536, "N", "Threads that each of them computes in, likewise");
  options.repeated("--url", urls, "PATH", "What is asked for, for example '/search weight=3'; repeatable");
  options.value("--method", method, "METHOD", "Of every request");
  options.repeated("--header", headers, "HEADER", "Of every request, 'Name: value'; repeatable");
  options.value("--body", body, "TEXT", "Of every request; @FILE reads it from a file");
  options.value("--preload", preload, "ARGUMENT", "What {preload} stands for where the application is preloaded");
  options.value("--ready-timeout", ready_timeout, 1, 3600, "SECONDS", "How long the server may take to start");
}

measure::Subject ServiceOptions::subject() const {
  if (command.empty() && !attaches()) {
    throw UsageError("profile needs --command, --pid or --cgroup of a server that runs, --kernel, or --from with "
                     "runs that were recorded");
  }
  if (!command.empty() && attaches()) throw UsageError("--command excludes --pid and --cgroup");
  if (!attaches() && command.find("{port}") == std::string::npos) {
    throw UsageError("--command must hold {port}: the server listens where the probes ask it to");
  }
  if (processes > 1 && command.find("{processes}") != std::string::npos) {
    throw UsageError("--processes is for a command without {processes}");
  }
  if (threads > 1 && command.find("{threads}") != std::string::npos) {
    throw UsageError("--threads is for a command without {threads}");
  }
  if (urls.empty()) throw UsageError("profile needs at least one --url, for example --url /");
  measure::Subject what;
  what.name = name.empty() ? "service" : name;
  what.command = command;
  what.preload_argument = preload;
  what.ready_timeout = std::chrono::seconds(ready_timeout);
  for (const std::string& url : urls) {
    measure::Request request = request_of(url);
    request.method = method;
    for (const std::string& header : headers) {
      if (!is_header(header)) throw UsageError(fmt::format("--header '{}' is not 'Name: value'", header));
    }
    request.headers = headers;
    request.body = body_of(body);
    request.kernel = profiler::kernel_name(request);
    for (const measure::Request& other : what.requests) {
      if (other.kernel == request.kernel) {
        throw UsageError(fmt::format("--url '{}': {} is the kernel '{}' already; a profile holds each once", url,
                                     other.path, other.kernel));
      }
    }
    what.requests.push_back(std::move(request));
  }
  return what;
}

measure::RunningServer ServiceOptions::running_server() const {
  const std::size_t colon = at.rfind(':');
  if (colon == std::string::npos) throw UsageError("a server that runs needs --at HOST:PORT, where it listens");
  measure::RunningServer server;
  server.host = at.substr(0, colon);
  server.port = static_cast<std::uint16_t>(number_in("the port of --at", at.substr(colon + 1), 1, 65535));
  server.cgroup = cgroup;
  server.process = process;
  return server;
}

std::string ServiceOptions::mix() const {
  if (urls.size() < 2) return {};
  std::vector<std::string> weights;
  for (const measure::Request& request : subject().requests) {
    weights.push_back(fmt::format("{}: {}", request.kernel, request.weight));
  }
  return fmt::format(", service: {{mix: {{{}}}}}", fmt::join(weights, ", "));
}

}  // namespace cli
