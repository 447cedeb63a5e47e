// SPDX-License-Identifier: MIT
#include "tools/measure/run_record.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tools/measure/file_descriptor.hpp"
#include "tools/measure/kernel_text.hpp"
#include "tools/measure/measurement_error.hpp"

namespace measure {
namespace {

using Json = nlohmann::ordered_json;
using namespace models;

double& number_of(Duration& value) { return value.seconds; }
double& number_of(Bytes& value) { return value.value; }
double& number_of(Cores& value) { return value.value; }
double& number_of(Rate& value) { return value.per_second; }
double& number_of(double& value) { return value; }

// Members in the order of the file; one table for both directions.
template <class Visit>
void visit(Configuration& what, Visit&& member) {
  member("subject", what.subject);
  member("kernel", what.kernel);
  member("server", what.server);
  member("processes", what.processes);
  member("threads", what.threads);
  member("cpu_cores", what.cpu);
  member("memory_bytes", what.memory);
  member("cores", what.cores);
  member("preload", what.preload);
  member("connections", what.connections);
  member("rate_rps", what.rate);
  member("keep_alive", what.keep_alive);
  member("warm_up_s", what.warm_up);
  member("window_s", what.window);
}

template <class Visit>
void visit(MemoryReading& memory, Visit&& member) {
  member("rss_bytes", memory.rss);
  member("pss_bytes", memory.pss);
  member("uss_bytes", memory.uss);
  member("pss_anonymous_bytes", memory.pss_anonymous);
  member("charge_bytes", memory.charge);
  member("charge_peak_bytes", memory.charge_peak);
  member("kernel_bytes", memory.kernel);
  member("file_bytes", memory.file);
  member("processes", memory.processes);
  member("threads", memory.threads);
}

template <class Visit>
void visit(MeasuredRun& run, Visit&& member) {
  member("id", run.id);
  member("started", run.started);
  member("what", run.what);
  member("throughput_rps", run.throughput);
  member("requests", run.requests);
  member("errors", run.errors);
  member("latency_mean_s", run.latency.mean);
  member("latency_stdev_s", run.latency.stdev);
  member("latency_p10_s", run.latency.p10);
  member("latency_p25_s", run.latency.p25);
  member("latency_p50_s", run.latency.p50);
  member("latency_p75_s", run.latency.p75);
  member("latency_p90_s", run.latency.p90);
  member("latency_p95_s", run.latency.p95);
  member("latency_p99_s", run.latency.p99);
  member("latency_p999_s", run.latency.p999);
  member("latency_max_s", run.latency.max);
  member("requests_by_process", run.requests_by_process);
  member("server_cpu_cores", run.server_cpu);
  member("cpu_per_request_s", run.cpu_per_request);
  member("throttled_share", run.throttled_share);
  member("throttled_time_s", run.throttled_time);
  member("voluntary_switches", run.voluntary_switches);
  member("involuntary_switches", run.involuntary_switches);
  member("oom_kills", run.oom_kills);
  member("client_cpu_per_request_s", run.client_cpu_per_request);
  member("connections_per_request", run.connections_per_request);
  member("shared_cores", run.shared_cores);
  member("steal_cores", run.steal);
  member("other_cores", run.other);
  member("start_time_s", run.start_time);
  member("start_cpu_s", run.start_cpu);
  member("idle", run.idle);
  member("loaded", run.loaded);
  member("requests_before", run.requests_before);
}

template <class Struct>
Json write(Struct value);

class Writer {
 public:
  explicit Writer(Json& object) : object_(object) {}

  void operator()(const char* name, std::string& value) { object_[name] = value; }
  void operator()(const char* name, Count& value) { object_[name] = value; }
  void operator()(const char* name, bool& value) { object_[name] = value; }
  void operator()(const char* name, std::vector<double>& value) { object_[name] = value; }
  void operator()(const char* name, Configuration& value) { object_[name] = write(value); }
  void operator()(const char* name, MemoryReading& value) { object_[name] = write(value); }
  template <class Quantity>
  void operator()(const char* name, Quantity& value) { object_[name] = number_of(value); }
  template <class Quantity>
  void operator()(const char* name, std::optional<Quantity>& value) {
    if (value) object_[name] = number_of(*value);
  }

 private:
  Json& object_;
};

template <class Struct>
Json write(Struct value) {
  Json object = Json::object();
  visit(value, Writer(object));
  return object;
}

class Reader {
 public:
  Reader(const Json& object, std::string place, std::string path) : object_(object), place_(std::move(place)), path_(std::move(path)) {
    if (!object_.is_object()) fail("", "an object");
  }

  void operator()(const char* name, std::string& value) {
    if (!at(name).is_string()) fail(name, "a string");
    value = at(name).get<std::string>();
  }
  void operator()(const char* name, Count& value) {
    if (!at(name).is_number_integer() || at(name).get<Count>() < 0) fail(name, "a count");
    value = at(name).get<Count>();
  }
  void operator()(const char* name, bool& value) {
    if (!at(name).is_boolean()) fail(name, "true or false");
    value = at(name).get<bool>();
  }
  void operator()(const char* name, std::vector<double>& value) {
    if (!at(name).is_array()) fail(name, "an array of numbers");
    for (const Json& element : at(name)) value.push_back(number(name, element));
  }
  void operator()(const char* name, Configuration& value) { nested(name, value); }
  void operator()(const char* name, MemoryReading& value) { nested(name, value); }
  template <class Quantity>
  void operator()(const char* name, Quantity& value) { number_of(value) = number(name, at(name)); }
  template <class Quantity>
  void operator()(const char* name, std::optional<Quantity>& value) {
    known_.insert(name);
    if (!object_.contains(name)) return;
    value.emplace();
    number_of(*value) = number(name, object_[name]);
  }

  void refuse_unknown() const {
    for (const auto& [name, value] : object_.items()) {
      if (!known_.contains(name)) throw MeasurementError(fmt::format("{}: unknown member {}{}", place_, path_, name));
    }
  }

 private:
  const Json& at(const char* name) {
    known_.insert(name);
    if (!object_.contains(name)) throw MeasurementError(fmt::format("{}: {}{} is missing", place_, path_, name));
    return object_[name];
  }
  double number(const char* name, const Json& value) const {
    if (!value.is_number() || !(value.get<double>() >= 0.0) || !std::isfinite(value.get<double>())) fail(name, "a number of at least 0");
    return value.get<double>();
  }
  template <class Struct>
  void nested(const char* name, Struct& value) {
    Reader inner(at(name), place_, path_ + name + ".");
    visit(value, inner);
    inner.refuse_unknown();
  }
  [[noreturn]] void fail(const std::string& name, const char* wanted) const {
    const std::string whole = path_ + name;
    throw MeasurementError(fmt::format("{}: {} must be {}", place_, whole.empty() ? "the line" : whole, wanted));
  }

  const Json& object_;
  std::string place_;
  std::string path_;
  std::set<std::string> known_;
};

[[noreturn]] void cannot(const char* what, const std::string& path) {
  throw MeasurementError(fmt::format("cannot {} {}: {}", what, path, std::strerror(errno)));
}

// Bytes up to and including the last newline.
off_t whole_lines(int file, const std::string& path) {
  off_t end = ::lseek(file, 0, SEEK_END);
  if (end < 0) cannot("write", path);
  char last = 0;
  while (end > 0) {
    if (::pread(file, &last, 1, end - 1) != 1) cannot("read", path);
    if (last == '\n') break;
    --end;
  }
  return end;
}

}  // namespace

std::string to_json_line(const MeasuredRun& run) { return write(run).dump(); }

MeasuredRun from_json_line(std::string_view line, const std::string& place) {
  Json object;
  try {
    object = Json::parse(line);
  } catch (const Json::parse_error& error) {
    throw MeasurementError(fmt::format("{}:{}: not JSON", place, error.byte));
  }
  MeasuredRun run;
  Reader reader(object, place, "");
  visit(run, reader);
  reader.refuse_unknown();
  return run;
}

void append_run(const std::string& path, const MeasuredRun& run) {
  const FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!file) cannot("write", path);
  const off_t end = whole_lines(file.get(), path);
  const std::string line = to_json_line(run) + "\n";
  if (::ftruncate(file.get(), end) != 0) cannot("write", path);
  for (std::size_t done = 0; done < line.size();) {
    const ssize_t wrote = ::pwrite(file.get(), line.data() + done, line.size() - done, end + static_cast<off_t>(done));
    if (wrote <= 0) cannot("write", path);
    done += static_cast<std::size_t>(wrote);
  }
  if (::fsync(file.get()) != 0 && errno != EINVAL) cannot("write", path);   // EINVAL: not a file on a disk
}

RecordedRuns parse_runs(std::string_view text, const std::string& path) {
  RecordedRuns recorded;
  std::set<std::string> ids;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      recorded.torn = true;
      break;
    }
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string place = fmt::format("{}:{}", path, number);
    recorded.runs.push_back(from_json_line(line, place));
    if (!ids.insert(recorded.runs.back().id).second) {
      throw MeasurementError(fmt::format("{}: another run has the id {}", place, recorded.runs.back().id));
    }
  }
  return recorded;
}

RecordedRuns read_runs(const std::string& path) {
  const auto text = read_text(path);
  if (!text) cannot("read", path);
  return parse_runs(*text, path);
}

}  // namespace measure
