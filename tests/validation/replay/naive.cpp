// SPDX-License-Identifier: MIT
#include "tests/validation/replay/naive.hpp"

namespace validation {

std::optional<Values> naive_prediction(const std::vector<RecordedRun>& runs, const RecordedRun& run) {
  Case single = run.what;
  single.processes = 1;
  single.threads = 1;
  single.quota.reset();
  Values sum;
  double count = 0.0;
  for (const RecordedRun& other : runs) {
    if (other.what != single || other.index == run.index) continue;
    sum.throughput += other.measured.throughput;
    sum.p50 += other.measured.p50;
    sum.p99 += other.measured.p99;
    sum.cpu_per_request += other.measured.cpu_per_request;
    sum.charge += other.measured.charge;
    sum.pss += other.measured.pss;
    count += 1.0;
  }
  if (count == 0.0) return std::nullopt;
  const double workers = run.what.processes * run.what.threads;
  const double processes = run.what.processes;
  return Values{sum.throughput / count * workers,
                sum.p50 / count / workers,
                sum.p99 / count / workers,
                sum.cpu_per_request / count,
                sum.charge / count * processes,
                sum.pss / count * processes};
}

}  // namespace validation
