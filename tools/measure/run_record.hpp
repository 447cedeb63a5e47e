// SPDX-License-Identifier: MIT
// A measured run as one line of JSON. Names carry SI base units; what the machine could not tell is left out.
//
//   {"id": "20260101T120000.123456", "started": "2026-01-01T12:00:00Z",
//    "what": {"subject", "kernel", "server", "processes", "threads", "cpu_cores"?, "memory_bytes"?, "cores", "preload",
//             "connections", "rate_rps"?, "keep_alive", "warm_up_s", "window_s"},
//    "throughput_rps", "requests", "errors",
//    "latency_mean_s", "latency_stdev_s", "latency_p10_s", p25, p50, p75, p90, p95, p99, p999, "latency_max_s",
//    "requests_by_process": [shares of the workers' CPU, descending],
//    "server_cpu_cores", "cpu_per_request_s", "throttled_share"?, "throttled_time_s"?,
//    "voluntary_switches", "involuntary_switches" (per request), "oom_kills",
//    "client_cpu_per_request_s", "connections_per_request"?, "shared_cores", "steal_cores", "other_cores",
//    "start_time_s", "start_cpu_s", "idle": MEMORY, "loaded": MEMORY, "requests_before"}
//   MEMORY: {"rss_bytes", "pss_bytes", "uss_bytes", "pss_anonymous_bytes", "charge_bytes"?, "charge_peak_bytes"?,
//            "kernel_bytes"?, "file_bytes"?, "processes", "threads"}
//
// Reading is strict: a missing, unknown or mistyped member is an error with file, line and name. A last line without
// its newline was torn by a crash: it is dropped and said so.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "models/calibration/measured_run.hpp"

namespace measure {

// How the ids of runs begin that a profile is fitted from, in a record that holds other runs, too.
inline constexpr std::string_view probe_prefix = "probe ";

std::string to_json_line(const models::MeasuredRun& run);   // without the newline

// `place` starts the message of an error, e.g. "runs.jsonl:3".
models::MeasuredRun from_json_line(std::string_view line, const std::string& place);

// Appends one line and waits until it is on the disk. A torn last line of the file is cut off first.
void append_run(const std::string& path, const models::MeasuredRun& run);

struct RecordedRuns {
  std::vector<models::MeasuredRun> runs;
  bool torn = false;                   // the last line was incomplete
};
RecordedRuns read_runs(const std::string& path);
RecordedRuns parse_runs(std::string_view text, const std::string& path);

}  // namespace measure
