// SPDX-License-Identifier: MIT
#include "tools/measure/command_line.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "tools/measure/file_descriptor.hpp"
#include "tools/measure/measurement_error.hpp"

namespace measure {
namespace {

void replace_all(std::string& text, const std::string& name, const std::string& value) {
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
    text.replace(at, name.size(), value);
  }
}

}  // namespace

std::string command_line(const Subject& subject, const models::Configuration& what, std::uint16_t port) {
  std::string command = subject.command;
  replace_all(command, "{port}", std::to_string(port));
  replace_all(command, "{processes}", std::to_string(what.processes));
  replace_all(command, "{threads}", std::to_string(what.threads));
  replace_all(command, "{preload}", what.preload ? subject.preload_argument : "");
  return "exec " + command;
}

std::uint16_t free_port() {
  const FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (!listener || ::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw MeasurementError(fmt::format("no free port on 127.0.0.1: {}", std::strerror(errno)));
  }
  return ::ntohs(address.sin_port);
}

}  // namespace measure
