// SPDX-License-Identifier: MIT
#include "sim/core/check.hpp"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>

namespace sim {

void fail_check(const Moment& moment, const char* condition, const char* message, Place place) {
  std::fprintf(stderr,
               "%s:%d: check failed: %s (%s)\n"
               "  at simulated time %.17g s, event %" PRIu64 ", seed %" PRIu64 ", replication %" PRIu64
               "\n"
               "  this is a bug in forkcast: please report it with these lines and the scenario\n",
               place.file, place.line, message, condition, moment.time.seconds, moment.event, moment.seed,
               moment.replication);
  std::abort();
}

}  // namespace sim
