// SPDX-License-Identifier: MIT
// Gunther's universal scalability law: throughput of n workers with contention alpha (a serial share) and
// coherence beta (a cost for each pair). beta = 0 is Amdahl's law.
#pragma once

namespace models::analytic {

struct UniversalScalability {
  double single = 1.0;  // throughput of one worker
  double contention = 0.0;
  double coherence = 0.0;

  double throughput(double workers) const;  // single n / (1 + alpha (n-1) + beta n (n-1))
  double peak_workers() const;              // sqrt((1 - alpha) / beta), infinite without coherence cost
};

}  // namespace models::analytic
