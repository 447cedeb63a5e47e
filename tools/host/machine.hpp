// SPDX-License-Identifier: MIT
// What the machine says of itself, and who used its time.
#pragma once

#include <string>

#include "models/profile/profile.hpp"

namespace host {

// "AMD EPYC 7R13, 2 cores, 7.6 GiB".
std::string machine_description();
// "Linux 6.18.44, cgroup v1".
std::string system_description();
// Today, ISO 8601, UTC.
std::string today();

// Machine, operating system and date; the rest is the caller's.
models::Provenance provenance(std::string command);

// Seconds since the start of the machine, summed over its cores.
struct CoreTime {
  double busy = 0.0;           // steal included
  double steal = 0.0;
  double total = 0.0;
};
double own_cpu_seconds();                             // of this process and its children that have ended
CoreTime core_time();                                 // from /proc/stat; all zero where there is none

// Who else used the machine since this object was made.
class Disturbance {
 public:
  Disturbance() : before_(core_time()), own_before_(own_cpu_seconds()) {}

  double steal() const;                               // share of the cores' time
  double others() const;                              // other programs
  std::string remark() const;                         // empty while both are small enough

 private:
  CoreTime before_;
  double own_before_;
};
CoreTime parse_core_time(const std::string& stat);    // in ticks of /proc/stat

}  // namespace host
