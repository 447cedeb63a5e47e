// SPDX-License-Identifier: MIT
#include "tools/measure/load_generator.hpp"

#include "tools/measure/load_loop.hpp"

namespace measure {

LoadGenerator::LoadGenerator(const Address& address, LoadPlan plan)
    : loop_(std::make_unique<Loop>(address, std::move(plan))) {}
LoadGenerator::~LoadGenerator() = default;

void LoadGenerator::set_window(Nanoseconds open, Nanoseconds close) { loop_->set_window(open, close); }
void LoadGenerator::run() { loop_->run(); }
void LoadGenerator::stop() { loop_->stopping = true; }
bool LoadGenerator::finished() const { return loop_->done; }
Nanoseconds LoadGenerator::cpu() const { return loop_->has_clock ? read_clock(loop_->clock) : 0; }
const LoadCounts& LoadGenerator::counts() const { return loop_->counts; }

}  // namespace measure
