// SPDX-License-Identifier: MIT
// Parameters of the models that all programs run; mean service time 1, everything exponential. Also in
// theory.py, simpy_models.py and cimba.c.
//
//   queue c     M/M/c: customers arrive at 0.8 c; mean time in the system
//   hold n      n things that wait for a mean of 1 again and again; waits per unit of time
//   repair n    n machines that run for a mean of n before they need the one repairman, first come first
//               served, as threads need an interpreter's lock; repairs per unit of time
//   sharing n   n jobs that pause for a mean of n / 8, then compute for a mean of 1 on 4 cores that they
//               share equally; bursts per unit of time
#pragma once

namespace bench {

constexpr double load = 0.8;  // queue: of the servers
constexpr double sharing_cores = 4.0;
constexpr double pause_per_job = 0.125;

}  // namespace bench
