// SPDX-License-Identifier: MIT
#include "tools/measure/server_account.hpp"

#include <algorithm>

namespace measure {

std::vector<pid_t> ServerAccount::processes() const {
  if (ancestor_ == 0) return group_.processes();
  std::vector<pid_t> found = descendants(ancestor_);
  if (included_) found.insert(std::lower_bound(found.begin(), found.end(), ancestor_), ancestor_);
  return found;
}

Nanoseconds ServerAccount::cpu() const {
  if (group_.counts_cpu()) return group_.counters().cpu.value_or(0);
  Nanoseconds sum = 0;
  for (const ProcessSnapshot& process : read_processes(processes())) sum += process.cpu + reaped_cpu(process.process);
  return ancestor_ != 0 && !included_ ? sum + reaped_cpu(ancestor_) : sum;
}

models::MemoryReading ServerAccount::memory() const {
  models::MemoryReading reading = read_memory(processes());
  const CgroupCounters counters = group_.counters();
  const auto bytes = [](std::optional<std::int64_t> value) -> std::optional<models::Bytes> {
    if (!value) return std::nullopt;
    return models::Bytes{static_cast<double>(*value)};
  };
  reading.charge = bytes(counters.charge);
  reading.charge_peak = bytes(counters.charge_peak);
  reading.kernel = bytes(counters.kernel);
  reading.file = bytes(counters.file);
  return reading;
}

}  // namespace measure
