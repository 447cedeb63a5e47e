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

// A new, open file beside the target.
int open_beside(const std::string& target, std::string& name) {
  name = (std::filesystem::path(target).parent_path() / ".forkcast-XXXXXX").string();
  return ::mkostemp(name.data(), O_CLOEXEC);
}

// What the target's mode is, or a new file's would be.
mode_t mode_of(const std::string& target) {
  struct stat status {};
  if (::stat(target.c_str(), &status) == 0) return status.st_mode & 07777U;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666U & ~mask;
}

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
  std::string name;
  const int descriptor = open_beside(target, name);
  if (descriptor < 0) return problem(file);
  ::close(descriptor);
  ::unlink(name.c_str());
  return {};
}

WholeFile::WholeFile(const std::string& file) : file_(file), target_(target_of(file)) {
  if (is_special(target_)) {
    descriptor_ = ::open(target_.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    descriptor_ = open_beside(target_, temporary_);
  }
  if (descriptor_ < 0) fail();
}

WholeFile::~WholeFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

bool WholeFile::fail() {
  if (problem_.empty()) problem_ = cli::problem(file_);
  return false;
}

bool WholeFile::write(std::string_view text) {
  return problem_.empty() && (write_all(descriptor_, text) || fail());
}

bool WholeFile::finish() {
  if (!problem_.empty()) return false;
  if (temporary_.empty()) return true;
  const bool kept = ::fchmod(descriptor_, mode_of(target_)) == 0 && ::fsync(descriptor_) == 0 &&
                    ::rename(temporary_.c_str(), target_.c_str()) == 0;
  if (!kept) return fail();
  temporary_.clear();
  return true;
}

std::string write_whole(const std::string& file, std::string_view text) {
  WholeFile whole(file);
  if (whole.write(text)) whole.finish();
  return whole.problem();
}

}  // namespace cli
