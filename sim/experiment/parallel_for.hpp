// SPDX-License-Identifier: MIT
// Work on many indices on all cores: whoever is free takes the next one. A body may itself call sim::run with
// `threads_of_the_loop`; threads that find no index left then help with its replications, so that the last
// few bodies do not leave cores idle. Nothing is stored for an index that waits.
#pragma once

#include <cstddef>
#include <functional>

namespace sim {

// What is left to do with the result of an index, from any thread, but one call at a time. Once it says
// false no other index starts.
using Finish = std::function<bool()>;

// body: called once for each index from 0 to count - 1, from any thread, several at the same time. jobs:
// threads, 0: one for each core. An exception of a body or its finish ends the loop and leaves through here.
void parallel_for(std::size_t count, int jobs, const std::function<Finish(std::size_t index)>& body);

}  // namespace sim
