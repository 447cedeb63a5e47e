// SPDX-License-Identifier: MIT
#include "tools/host/quota.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include "tools/host/clocks.hpp"
#include "tools/measure/cgroup.hpp"
#include "tools/measure/keeper.hpp"
#include "tools/measure/measurement_error.hpp"

namespace host {
namespace {

constexpr double period = 0.1;
// A computing thread misses less of its clock by interrupts alone.
constexpr double shortest_gap = 0.5e-3;
// A stop of the group; a shorter one may be the scheduler's, of a thread on each core by chance.
constexpr double shortest_stop = 2e-3;
constexpr std::size_t most_gaps = 4096;

// What one thread in the group saw; travels through a pipe.
struct Watch {
  double begin = 0.0;
  double end = 0.0;
  double cpu = 0.0;
  std::size_t gaps = 0;
  Gap gap[most_gaps];
};

void watch_clock(double seconds, Watch& watch) {
  watch.begin = wall_seconds();
  double last = watch.begin;
  while (last - watch.begin < seconds) {
    const double now = wall_seconds();
    if (now - last >= shortest_gap && watch.gaps < most_gaps) {
      watch.gap[watch.gaps++] = {last, now};
    }
    last = now;
  }
  watch.end = last;
  watch.cpu = thread_cpu_seconds();
}

bool write_whole(int descriptor, const void* data, std::size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = ::write(descriptor, at, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

// Waits for the data, for a bounded time.
bool read_whole(int descriptor, void* data, std::size_t size, double seconds) {
  char* at = static_cast<char*>(data);
  const double deadline = wall_seconds() + seconds;
  while (size > 0) {
    pollfd waiting{descriptor, POLLIN, 0};
    const double left = deadline - wall_seconds();
    if (left <= 0.0 || ::poll(&waiting, 1, static_cast<int>(1000.0 * left) + 1) == 0) return false;
    const ssize_t got = ::read(descriptor, at, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool join(const std::vector<std::string>& directories) {
  return std::all_of(directories.begin(), directories.end(), [](const std::string& directory) {
    const int file = ::open((directory + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC);
    if (file < 0) return false;
    const bool joined = write_whole(file, "0", 1);
    ::close(file);
    return joined;
  });
}

[[noreturn]] void compute_in_group(const std::vector<std::string>& directories, std::size_t threads, double seconds, int out) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!join(directories)) ::_exit(1);
  std::vector<Watch> watches(threads);
  std::vector<std::thread> workers;
  workers.reserve(threads);
  for (Watch& watch : watches) workers.emplace_back([&watch, seconds] { watch_clock(seconds, watch); });
  for (std::thread& worker : workers) worker.join();
  for (const Watch& watch : watches) {
    if (!write_whole(out, &watch, sizeof watch)) ::_exit(1);
  }
  ::_exit(0);
}

// Nothing where the threads did not all run at some time.
std::optional<QuotaSample> summary(const std::vector<Watch>& watches, const QuotaCase& of) {
  double cores = 0.0;
  double begin = watches.front().begin;
  double end = watches.front().end;
  std::vector<Gap> still{{-1e300, 1e300}};
  for (const Watch& watch : watches) {
    cores += watch.cpu / (watch.end - watch.begin);  // some start later than others
    begin = std::max(begin, watch.begin);
    end = std::min(end, watch.end);
    still = common_gaps(still, {watch.gap, watch.gap + watch.gaps});
  }
  if (!(end - begin > period)) return std::nullopt;
  const Stops stops = stops_in(still, begin, end);
  return QuotaSample{cores / of.quota, stops.stopped / (end - begin) * period, quartiles(stops.runs).median};
}

}  // namespace

std::vector<QuotaCase> quota_cases(std::size_t cores) {
  std::vector<QuotaCase> cases{{0.5, 1}};
  if (cores > 1) {
    cases.push_back({0.5, cores});
    cases.push_back({0.5 * static_cast<double>(cores), cores});
    cases.push_back({0.5 * static_cast<double>(cores), 4 * cores});
  } else {
    cases.push_back({0.5, 4});
  }
  return cases;
}

std::vector<Gap> common_gaps(const std::vector<Gap>& a, const std::vector<Gap>& b) {
  std::vector<Gap> common;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    const Gap both{std::max(a[i].start, b[j].start), std::min(a[i].end, b[j].end)};
    if (both.start < both.end) common.push_back(both);
    if (a[i].end < b[j].end) {
      ++i;
    } else {
      ++j;
    }
  }
  return common;
}

Stops stops_in(const std::vector<Gap>& gaps, double begin, double end) {
  Stops stops;
  std::optional<double> running_since;  // the first run began before anybody looked
  bool any = false;
  for (const Gap& gap : gaps) {
    if (gap.end - gap.start < shortest_stop || gap.start < begin || gap.end > end) continue;
    stops.stopped += gap.end - gap.start;
    if (running_since) stops.runs.push_back(gap.start - *running_since);
    running_since = gap.end;
    any = true;
  }
  if (!any) stops.runs.push_back(end - begin);
  return stops;
}

std::optional<QuotaSample> quota_sample(const QuotaCase& of, int periods, std::string& problem) {
  try {
    measure::Cgroup group = measure::Cgroup::create();
    if (!group.missing().empty() && !group.counts_cpu()) {
      problem = group.missing();
      return std::nullopt;
    }
    group.limit_cpu(models::Cores{of.quota});
    // It only sleeps in the group, but who keeps it removes the group even where this process is killed.
    const measure::Keeper keeper({"exec sleep 3600", group.directories(), {}});
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
      problem = std::strerror(errno);
      return std::nullopt;
    }
    const double seconds = period * periods;
    const std::vector<std::string> directories = group.directories();
    const pid_t child = ::fork();
    if (child == 0) compute_in_group(directories, of.threads, seconds, ends[1]);
    ::close(ends[1]);
    std::vector<Watch> watches(of.threads);
    const bool complete =
        child > 0 && read_whole(ends[0], watches.data(), watches.size() * sizeof(Watch), 10.0 * seconds + 10.0);
    ::close(ends[0]);
    if (child > 0) {
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
    }
    if (!complete) {
      problem = "nothing could be started in a cgroup of its own";
      return std::nullopt;
    }
    const std::optional<QuotaSample> sample = summary(watches, of);
    if (!sample) problem = "the machine is too busy to run its threads at one time";
    return sample;
  } catch (const measure::MeasurementError& error) {
    problem = error.what();
  }
  return std::nullopt;
}

}  // namespace host
