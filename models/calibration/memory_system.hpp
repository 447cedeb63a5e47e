// SPDX-License-Identifier: MIT
// The memory of measured runs as equations, linear in everything but the requests after which pages are copied.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/calibration/measured_run.hpp"
#include "models/calibration/nonnegative.hpp"

namespace models {

// What the charge of one run was, before its first request or at its end.
struct ChargeReading {
  const MeasuredRun* run;
  bool loaded;
  bool collected;               // event loops and tasks: one thread serves many requests at once, garbage stays meanwhile

  const MemoryReading& memory() const { return loaded ? run->loaded : run->idle; }
  // Without file pages, which whoever reads a file first is charged for. Where there is no charge, the sum of PSS.
  double charge() const;
  double file() const;
  double processes() const { return static_cast<double>(run->what.processes); }
  double served() const;        // before load, by one process the request that showed it to be ready
  double served_by_each() const { return served() / processes(); }
  double copying(double decay) const;  // processes, each by the share of what it copies that it has copied
  // Workers that have had a request: what they freed stays with them. Of event loops and tasks the requests in flight,
  // by Little's law.
  double busy() const;
  // Requests that left others in flight behind when they ended, where heaps are collected. A client has one in flight;
  // open arrivals find a queue as of M/M/1, busy for L / (1 + L) of the time.
  double survivors() const;
  double opened() const;        // connections that requests came on, where heaps are collected
  double more_threads() const;  // beside one a process
  bool has_parent() const;      // a process beside the workers
};

// Of runs in which nothing was killed. `server_name`: the server of runs that do not name theirs.
std::vector<ChargeReading> charge_readings(const std::vector<MeasuredRun>& runs, const std::string& server_name = {});

// Sets of pages that kernels write to (models/host/copy_on_write.hpp), each with its n0.
struct PageSets {
  std::vector<std::size_t> of_kernel;
  std::vector<double> decay;
};

class MemorySystem {
 public:
  // `used`: what a process grows by with its first requests; told only where it differs from what requests hold.
  enum Column : Eigen::Index { container, process, used, thread, shared, kept, survivor, connection, first_of_kernel };
  enum KernelColumn : Eigen::Index { growth, live, columns_of_kernel };

  explicit MemorySystem(std::vector<ChargeReading> readings);

  const std::vector<ChargeReading>& readings() const { return readings_; }
  const std::vector<std::string>& kernels() const { return kernels_; }   // in order of appearance
  static Eigen::Index column(std::size_t kernel, KernelColumn which) {
    return first_of_kernel + static_cast<Eigen::Index>(kernel) * columns_of_kernel + which;
  }
  Eigen::Index copied(std::size_t set) const { return column(kernels_.size(), growth) + static_cast<Eigen::Index>(set); }

  // Some readings of collected heaps have it and others have not, or less: it is told from growth.
  bool survivors_told() const { return survivors_told_; }
  bool connections_told() const { return connections_told_; }

  // Preloaded servers of several sizes tell the heap from what each process keeps shared of it.
  bool sizes_vary() const { return sizes_vary_; }
  // A preloaded server was read after different numbers of requests of this kernel.
  bool ages(std::size_t kernel) const { return oldest_[kernel] > 0.0; }
  // The most requests that a process of a preloaded server had served of it; 0 where they do not differ.
  double oldest(std::size_t kernel) const { return oldest_[kernel]; }

  // Least squares of the relative errors.
  NonNegativeSolution solve(const PageSets& sets) const;
  std::vector<double> charges(const NonNegativeSolution& solved, const PageSets& sets) const;

 private:
  Eigen::MatrixXd rows(const PageSets& sets) const;

  std::vector<ChargeReading> readings_;
  std::vector<std::string> kernels_;
  std::vector<std::size_t> kernel_of_;   // by reading
  std::vector<double> oldest_;           // by kernel
  bool sizes_vary_ = false;
  bool busy_varies_ = false;
  bool survivors_told_ = false;
  bool connections_told_ = false;
};

// Share of the preloaded heap that is copied at once, where preloaded servers of one size only were measured (preload
// saves 80 % or less at start: cds-snc/notification-admin 2715).
inline constexpr double usual_at_once = 0.1;

}  // namespace models
