// SPDX-License-Identifier: MIT
#include "tools/sweep/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "tools/report/json_text.hpp"

namespace sweep {
namespace {

using nlohmann::ordered_json;

constexpr std::string_view point_key = "{\"point\":";
constexpr std::string_view problem_key = ",\"problem\":";
constexpr std::size_t of_a_scan = 1U << 16U;
constexpr std::size_t of_a_line = 1U << 12U;

std::string reason() {
  return std::strerror(errno);
}

int open_to_read(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw JournalError(fmt::format("{}: {}", file, reason()));
  return descriptor;
}

// Closed at the end of its scope; -1: nothing is.
struct Opened {
  int descriptor;
  ~Opened() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

// Reads a file line by line from an offset on, in blocks. Throws JournalError where it cannot be read.
class Lines {
 public:
  Lines(const std::string& file, int descriptor, std::uint64_t offset, std::size_t block)
      : file_(file), descriptor_(descriptor), begin_(offset), block_(block, '\0') {}

  // A line without its end; nothing at the end of the file or where the last line has none.
  std::optional<std::string_view> next() {
    start_ = after_;
    for (std::size_t searched = start_;;) {
      const std::size_t end = text_.find('\n', searched);
      if (end != std::string::npos) {
        after_ = end + 1;
        return std::string_view(text_).substr(start_, end - start_);
      }
      searched = text_.size() - start_;
      text_.erase(0, start_);
      begin_ += start_;
      start_ = after_ = 0;
      if (!read_block()) return std::nullopt;
    }
  }
  // Of the line that next() gave last, and what follows it.
  std::uint64_t offset() const { return begin_ + start_; }
  std::uint64_t end() const { return begin_ + after_; }
  // Whether something without an end follows.
  bool torn() const { return text_.size() > after_; }

 private:
  bool read_block() {
    for (;;) {
      const ssize_t got =
          ::pread(descriptor_, block_.data(), block_.size(), static_cast<off_t>(begin_ + text_.size()));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw JournalError(fmt::format("{}: {}", file_, reason()));
      if (got == 0) return false;
      text_.append(block_, 0, static_cast<std::size_t>(got));
      return true;
    }
  }

  const std::string& file_;
  int descriptor_;
  std::uint64_t begin_;  // offset of text_ in the file
  std::string block_;
  std::string text_;
  std::size_t start_ = 0;
  std::size_t after_ = 0;
};

// What a point's line begins with.
struct Start {
  std::size_t point = 0;
  bool refused = false;
};

std::optional<Start> start_of(std::string_view line) {
  if (!line.starts_with(point_key) || !ordered_json::accept(line)) return std::nullopt;
  std::size_t point = 0;
  const auto [rest, error] =
      std::from_chars(line.data() + point_key.size(), line.data() + line.size(), point);
  if (error != std::errc{} || point == 0) return std::nullopt;
  const std::size_t after = static_cast<std::size_t>(rest - line.data());
  return Start{point, line.substr(after).starts_with(problem_key)};
}

int open_nameless() {
  std::error_code none;
  std::string name = (std::filesystem::temp_directory_path(none) / "forkcast-XXXXXX").string();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor >= 0) ::unlink(name.c_str());
  return descriptor;
}

}  // namespace

Journal::Journal(std::string file, int descriptor, Header header)
    : file_(std::move(file)), descriptor_(descriptor), header_(std::move(header)) {}

Journal::Journal(Journal&& other) noexcept
    : file_(std::move(other.file_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      header_(std::move(other.header_)),
      offsets_(std::move(other.offsets_)),
      refused_(std::move(other.refused_)),
      finished_(other.finished_),
      end_(other.end_) {}

Journal& Journal::operator=(Journal&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(header_, other.header_);
  std::swap(offsets_, other.offsets_);
  std::swap(refused_, other.refused_);
  std::swap(finished_, other.finished_);
  std::swap(end_, other.end_);
  return *this;
}

Journal::~Journal() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Journal Journal::begin(const std::string& file, const Header& header) {
  const int descriptor =
      file.empty() ? open_nameless() : ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0 && errno == EEXIST) {
    throw JournalError(fmt::format("{} exists: --resume goes on with it, or remove it to begin again", file));
  }
  if (descriptor < 0)
    throw JournalError(fmt::format("{}: {}", file.empty() ? "temporary file" : file, reason()));
  Journal journal(file.empty() ? "temporary file" : file, descriptor, header);
  journal.lock(!file.empty());
  journal.begin_anew(!file.empty());
  return journal;
}

Journal Journal::resume(const std::string& file, const Header& header) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) return begin(file, header);
  if (descriptor < 0) throw JournalError(fmt::format("{}: {}", file, reason()));
  Journal journal(file, descriptor, header);
  journal.lock(false);
  if (!journal.read_header()) {
    // Killed before the first line was whole: nothing is lost.
    if (::ftruncate(descriptor, 0) != 0) journal.fail(reason());
    journal.begin_anew(false);
    return journal;
  }
  std::string why = difference(journal.header_, header);
  if (why.empty() && journal.header_.shard != header.shard) {
    why = fmt::format("it holds shard {}, not {}", text_of(journal.header_.shard), text_of(header.shard));
  }
  if (!why.empty())
    throw JournalError(fmt::format("{} cannot be resumed: {}; remove it to begin again", file, why));
  journal.header_ = header;
  journal.read_points(Torn::cut);
  return journal;
}

Journal Journal::open(const std::string& file) {
  Journal journal(file, open_to_read(file), {});
  if (!journal.read_header()) journal.fail("is not whole, not even its first line");
  journal.read_points(Torn::ignore);
  ::close(std::exchange(journal.descriptor_, -1));
  return journal;
}

void Journal::lock(bool made) {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  if (errno == EWOULDBLOCK) fail("another forkcast writes to it");
  const std::string why = reason();
  if (made) ::unlink(file_.c_str());
  fail("cannot be locked: " + why);
}

void Journal::begin_anew(bool made) {
  offsets_.resize(header_.shard.size(header_.points));
  try {
    write(report::json_text(to_json(header_)));
  } catch (const JournalError&) {
    if (made) ::unlink(file_.c_str());
    throw;
  }
}

bool Journal::read_header() {
  Lines lines(file_, descriptor_, 0, of_a_scan);
  const std::optional<std::string_view> line = lines.next();
  if (!line) {
    // A torn header begins as a header does; anything else is somebody's file.
    std::array<char, 9> start{};
    const ssize_t got = ::pread(descriptor_, start.data(), start.size(), 0);
    if (got < 0) fail(reason());
    if (std::string_view("{\"format\"")
            .starts_with(std::string_view(start.data(), static_cast<std::size_t>(got))))
      return false;
    fail("is no journal of a sweep");
  }
  const ordered_json json = ordered_json::parse(*line, nullptr, false);
  std::optional<Header> header = json.is_discarded() ? std::nullopt : header_from(json);
  if (!header) fail("is no journal of a sweep");
  header_ = std::move(*header);
  end_ = lines.end();
  return true;
}

void Journal::read_points(Torn torn) {
  const Shard& shard = header_.shard;
  offsets_.resize(shard.size(header_.points));
  Lines lines(file_, descriptor_, end_, of_a_scan);
  std::size_t number = 1;
  bool is_torn = false;
  while (const std::optional<std::string_view> line = lines.next()) {
    ++number;
    // Only the last line may be wrong: a machine that loses its power leaves such.
    if (is_torn) fail(fmt::format("line {} is damaged", number - 1));
    const std::optional<Start> start = start_of(*line);
    if (!start) {
      is_torn = true;
      continue;
    }
    const std::size_t point = start->point;
    const bool ours = point <= header_.points && (point - 1) % shard.count == shard.index - 1;
    if (!ours) fail(fmt::format("line {}: point {} is not in shard {}", number, point, text_of(shard)));
    const std::size_t position = (point - 1) / shard.count;
    if (offsets_[position] != 0) fail(fmt::format("line {}: point {} is there twice", number, point));
    offsets_[position] = lines.offset();
    if (start->refused) refused_.push_back(position);
    ++finished_;
    end_ = lines.end();
  }
  std::ranges::sort(refused_);
  if (torn == Torn::cut && (is_torn || lines.torn()) &&
      ::ftruncate(descriptor_, static_cast<off_t>(end_)) != 0)
    fail(reason());
}

ordered_json Journal::line_of(std::size_t position) const {
  const Opened opened{descriptor_ < 0 ? open_to_read(file_) : -1};
  Lines lines(file_, descriptor_ < 0 ? opened.descriptor : descriptor_, offsets_[position], of_a_line);
  const std::optional<std::string_view> line = lines.next();
  ordered_json json = line ? ordered_json::parse(*line, nullptr, false) : ordered_json();
  if (!json.is_object() || !json.contains("rows") || !json["rows"].is_array()) {
    fail(fmt::format("the line of point {} is damaged", header_.shard.point(position) + 1));
  }
  return json;
}

ordered_json Journal::rows(std::size_t position) const {
  return std::move(line_of(position)["rows"]);
}

std::string Journal::problem(std::size_t position) const {
  return line_of(position).value("problem", std::string());
}

void Journal::append(std::size_t position, const ordered_json& rows) {
  append_line(position, fmt::format(",\"rows\":{}}}", report::json_text(rows)));
}

void Journal::refuse(std::size_t position, std::string_view problem) {
  append_line(position, fmt::format("{}{},\"rows\":[]}}", problem_key, report::json_text(problem)));
  refused_.insert(std::ranges::upper_bound(refused_, position), position);
}

void Journal::append_line(std::size_t position, std::string_view rest) {
  const std::uint64_t offset = end_;
  write(fmt::format("{}{}{}", point_key, header_.shard.point(position) + 1, rest));
  offsets_[position] = offset;
  ++finished_;
}

void Journal::write(std::string_view line) {
  const std::string text = std::string(line) + "\n";
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t written =
        ::pwrite(descriptor_, text.data() + done, text.size() - done, static_cast<off_t>(end_ + done));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const std::string why = reason();
      // What could be written of the line must not stay. If this fails too, the line is torn and cut off
      // later.
      static_cast<void>(::ftruncate(descriptor_, static_cast<off_t>(end_)) == 0);
      fail(why);
    }
    done += static_cast<std::size_t>(written);
  }
  end_ += text.size();
}

void Journal::fail(std::string_view what) const {
  throw JournalError(fmt::format("{}: {}", file_, what));
}

}  // namespace sweep
