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

// What the shell itself must do: lists, pipes, subshells. A quoted one is taken for real, which only costs a
// shell.
bool is_list(const std::string& command) {
  return command.find_first_of(";&|()\n") != std::string::npos;
}

bool begins_with_assignment(const std::string& command) {
  const std::string word = command.substr(0, command.find_first_of(" \t'\""));
  const std::size_t equals = word.find('=');
  return equals != std::string::npos && equals > 0 && word.find('/') > equals;
}

}  // namespace

std::string command_line(const Subject& subject, const models::Configuration& what, std::uint16_t port) {
  std::string command = subject.command;
  replace_all(command, "{port}", std::to_string(port));
  replace_all(command, "{processes}", std::to_string(what.processes));
  replace_all(command, "{threads}", std::to_string(what.threads));
  replace_all(command, "{preload}", what.preload ? subject.preload_argument : "");
  return command;
}

std::string in_place_of_the_shell(const std::string& command) {
  const std::size_t first = command.find_first_not_of(" \t\n");
  if (first == std::string::npos || is_list(command) || command.compare(first, 5, "exec ") == 0)
    return command;
  return (begins_with_assignment(command.substr(first)) ? "exec env " : "exec ") + command.substr(first);
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
