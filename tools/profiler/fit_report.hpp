// SPDX-License-Identifier: MIT
// What a fit found, for people (text) and for programs (JSON): which runtime it looks like, each number with its
// interval or the reason why it could not be told, and how far each probe is from what the profile predicts.
#pragma once

#include <string>

#include "models/calibration/fit.hpp"

namespace profiler {

std::string fit_report_text(const models::Fitted& fitted);
std::string fit_report_json(const models::Fitted& fitted);

// "interpreter lock, connections accepted eagerly (gunicorn_gthread)": what the measurements look like.
std::string recognised(const models::Fitted& fitted);

}  // namespace profiler
