// SPDX-License-Identifier: MIT
// What a command takes, filled in while the command line is parsed. The room's only window on CLI11 is the .cpp beside
// this.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace cli {

class Options {
 public:
  explicit Options(CLI::App& app) : app_(app) {}

  void argument(const std::string& name, std::string& value, const std::string& help);
  void arguments(const std::string& name, std::vector<std::string>& values, const std::string& help);
  void flag(const std::string& name, bool& value, const std::string& help);
  // `--name TYPE`. A default that is not empty is shown.
  void value(const std::string& name, std::string& value, const std::string& type, const std::string& help);
  void value(const std::string& name, int& value, int low, int high, const std::string& type, const std::string& help);
  // One value a flag: a list would swallow the files that follow it.
  void repeated(const std::string& name, std::vector<std::string>& values, const std::string& type,
                const std::string& help);
  // One of `known`, `--name` or, without dashes, an argument. An absent one stays as it is.
  void choice(const std::string& name, std::string& value, std::vector<std::string_view> known,
              const std::string& type, const std::string& help);

  // Throws UsageError for a word that is not known. Called when all is parsed.
  void check() const;

 private:
  CLI::App& app_;
  std::vector<std::function<void()>> checks_;
};

// "; did you mean 'x'?", or nothing.
std::string did_you_mean(std::string_view written, const std::vector<std::string_view>& known);

}  // namespace cli
