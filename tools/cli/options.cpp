// SPDX-License-Identifier: MIT
#include "tools/cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "models/fields/spelling.hpp"
#include "tools/cli/command.hpp"

namespace cli {

std::string did_you_mean(std::string_view written, const std::vector<std::string_view>& known) {
  const std::string_view near = models::nearest(written, known);
  return near.empty() ? std::string() : fmt::format("; did you mean '{}'?", near);
}

void Options::argument(const std::string& name, std::string& value, const std::string& help) {
  app_.add_option(name, value, help);
}

void Options::arguments(const std::string& name, std::vector<std::string>& values, const std::string& help) {
  app_.add_option(name, values, help);
}

void Options::flag(const std::string& name, bool& value, const std::string& help) { app_.add_flag(name, value, help); }

void Options::value(const std::string& name, std::string& value, const std::string& type, const std::string& help) {
  std::string text = help;
  if (!value.empty()) text.insert(std::min(text.find('\n'), text.size()), fmt::format(" [{}]", value));
  app_.add_option(name, value, text)->type_name(type);
}

void Options::value(const std::string& name, int& value, int low, int high, const std::string& type,
                    const std::string& help) {
  app_.add_option(name, value, help)->type_name(type)->check(CLI::Range(low, high).description(""));
}

void Options::repeated(const std::string& name, std::vector<std::string>& values, const std::string& type,
                       const std::string& help) {
  app_.add_option(name, values, help)->type_name(type)->allow_extra_args(false);
}

void Options::choice(const std::string& name, std::string& value, std::vector<std::string_view> known,
                     const std::string& type, const std::string& help) {
  if (name.starts_with('-')) {
    Options::value(name, value, type, help);
  } else {
    argument(name, value, help);
  }
  const std::string subject = name.starts_with("--") ? name.substr(2) : app_.get_name();
  checks_.push_back([&value, known = std::move(known), subject] {
    if (value.empty() || std::ranges::find(known, value) != known.end()) return;
    throw UsageError(fmt::format("unknown {} '{}'{} (known: {})", subject, value, did_you_mean(value, known),
                                 fmt::join(known, ", ")));
  });
}

void Options::check() const {
  for (const auto& check : checks_) check();
}

}  // namespace cli
