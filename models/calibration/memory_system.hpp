// SPDX-License-Identifier: MIT
// The memory of measured runs as equations, linear in everything but the requests after which pages are copied.
#pragma once

#include <string>
#include <vector>

#include "models/calibration/measured_run.hpp"
#include "models/calibration/nonnegative.hpp"

namespace models {

// What the charge of one run was, before its first request or at its end.
struct ChargeReading {
  const MeasuredRun* run;
  bool loaded;

  const MemoryReading& memory() const { return loaded ? run->loaded : run->idle; }
  double charge() const { return memory().charge.value_or(memory().pss).value; }  // where there is none, the sum of PSS
  double processes() const { return static_cast<double>(run->what.processes); }
  double served() const { return loaded ? static_cast<double>(run->requests_before + run->requests) : 0.0; }
  double served_by_each() const { return served() / processes(); }
  double busy() const;          // workers with a request
  double more_threads() const;  // beside one a process
  bool has_parent() const;      // a process beside the workers
};

// Of runs in which nothing was killed.
std::vector<ChargeReading> charge_readings(const std::vector<MeasuredRun>& runs);

class MemorySystem {
 public:
  enum Column : Eigen::Index { container, process, thread, shared, kept, first_of_kernel };
  enum KernelColumn : Eigen::Index { growth, copied, live, columns_of_kernel };

  explicit MemorySystem(std::vector<ChargeReading> readings);

  const std::vector<ChargeReading>& readings() const { return readings_; }
  const std::vector<std::string>& kernels() const { return kernels_; }   // in order of appearance
  static Eigen::Index column(std::size_t kernel, KernelColumn which) {
    return first_of_kernel + static_cast<Eigen::Index>(kernel) * columns_of_kernel + which;
  }

  // Preloaded servers of several sizes tell the heap from what each process keeps shared of it.
  bool sizes_vary() const { return sizes_vary_; }
  // A preloaded server was read after different numbers of requests of this kernel.
  bool ages(std::size_t kernel) const { return ages_[kernel]; }

  // With n0 requests of each kernel after which all but 1/e of what it copies is copied: relative errors.
  NonNegativeSolution solve(const std::vector<double>& decay) const;
  std::vector<double> charges(const NonNegativeSolution& solved, const std::vector<double>& decay) const;

 private:
  Eigen::MatrixXd rows(const std::vector<double>& decay) const;

  std::vector<ChargeReading> readings_;
  std::vector<std::string> kernels_;
  std::vector<std::size_t> kernel_of_;   // by reading
  std::vector<bool> ages_;
  bool sizes_vary_ = false;
};

// Share of the preloaded heap that is copied at once, where preloaded servers of one size only were measured (preload
// saves 80 % or less at start: cds-snc/notification-admin 2715).
inline constexpr double usual_at_once = 0.1;

}  // namespace models
