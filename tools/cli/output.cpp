// SPDX-License-Identifier: MIT
#include "tools/cli/output.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "tools/cli/command.hpp"

namespace cli {
namespace {

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// The file that a chain of symbolic links ends at: a rename must not replace the link.
std::string target_of(const std::string& file) {
  namespace fs = std::filesystem;
  std::error_code none;
  fs::path path = file;
  // The end need not exist yet, so the chain is followed link by link; as many as the kernel would follow.
  for (int links = 0; links < 40 && fs::is_symlink(path, none); ++links) {
    path = path.parent_path() / fs::read_symlink(path, none);
  }
  return path.string();
}

bool is_special(const std::string& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

// A new, open file beside the target that is removed unless it takes the target's place.
class Temporary {
 public:
  explicit Temporary(const std::string& target)
      : target_(target), path_((std::filesystem::path(target).parent_path() / ".forkcast-XXXXXX").string()) {
    descriptor_ = ::mkstemp(path_.data());
  }
  ~Temporary() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    if (!kept_) ::unlink(path_.c_str());
  }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  bool is_open() const { return descriptor_ >= 0; }

  bool replace_target(std::string_view text) {
    struct stat status {};
    mode_t mode = 0;
    if (::stat(target_.c_str(), &status) == 0) {
      mode = status.st_mode & 07777U;
    } else {
      const mode_t mask = ::umask(0);
      ::umask(mask);
      mode = 0666U & ~mask;
    }
    kept_ = write_all(descriptor_, text) && ::fchmod(descriptor_, mode) == 0 && ::fsync(descriptor_) == 0 &&
            ::rename(path_.c_str(), target_.c_str()) == 0;
    return kept_;
  }

 private:
  std::string target_;
  std::string path_;
  int descriptor_ = -1;
  bool kept_ = false;
};

std::string problem(const std::string& file) { return file + ": " + std::strerror(errno); }

}  // namespace

void complain(std::string_view message) { tell("forkcast: error: " + std::string(message)); }

void tell(std::string_view message) {
  // stderr is where a failure would be reported: when it is closed there is nobody to tell.
  static_cast<void>(write_all(STDERR_FILENO, std::string(message) + "\n"));
}

int print(std::string_view data) {
  if (write_all(STDOUT_FILENO, data)) return done;
  if (errno == EPIPE) return broken_pipe;
  complain(problem("stdout"));
  return refused;
}

std::string export_problem(const std::string& file) {
  const std::string target = target_of(file);
  struct stat status {};
  if (::stat(target.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return file + ": is a folder";
    if (::access(target.c_str(), W_OK) != 0) return problem(file);
    if (!S_ISREG(status.st_mode)) return {};
  }
  const Temporary probe(target);
  return probe.is_open() ? std::string() : problem(file);
}

std::string write_whole(const std::string& file, std::string_view text) {
  const std::string target = target_of(file);
  if (is_special(target)) {
    const int descriptor = ::open(target.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) return problem(file);
    const bool written = write_all(descriptor, text);
    const std::string why = written ? std::string() : problem(file);
    ::close(descriptor);
    return why;
  }
  Temporary temporary(target);
  if (!temporary.is_open() || !temporary.replace_target(text)) return problem(file);
  return {};
}

}  // namespace cli
