// SPDX-License-Identifier: MIT
#include "models/scenario/trace.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/fields/quantity_text.hpp"
#include "models/fields/spelling.hpp"
#include "models/scenario/sources.hpp"

namespace models {

namespace {

std::string_view trimmed(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

std::optional<double> number(std::string_view text) {
  const auto parsed = parse_quantity(Kind::number, trimmed(text));
  const double* value = std::get_if<double>(&parsed);
  return value && *value >= 0.0 && *value <= 1e9 ? std::optional(*value) : std::nullopt;
}

class CsvFile {
 public:
  CsvFile(const YamlNode& named, std::string_view path, std::string_view header, std::string_view format, Diagnostics& diagnostics)
      : named_(named), path_(path), header_(header), format_(format), diagnostics_(diagnostics) {}

  // Calls `take(line)` for each line that holds data, which returns what is wrong with it; ends at the first such.
  // False after an error.
  template <class Take>
  bool read(const std::string& written, Take take) {
    file_ = relative_to(*named_.place.source, written);
    const FileText content = read_file(file_, largest_trace);
    if (!content.problem.empty()) {
      diagnostics_.error(named_.place, "the file " + in_quotes(file_) + " " + content.problem,
                         "paths are relative to the file that names them", path_);
      return false;
    }
    int number = 0;
    for (std::size_t start = 0; start < content.text.size();) {
      const std::size_t end = std::min(content.text.find('\n', start), content.text.size());
      const std::string_view line = trimmed(std::string_view(content.text).substr(start, end - start));
      start = end + 1;
      ++number;
      if (line.empty() || line[0] == '#' || (number == 1 && line == header_)) continue;
      const std::string problem = take(line);
      if (problem.empty()) continue;
      report(number, line, problem);
      return false;
    }
    return true;
  }

  void holds_nothing(const std::string& what) {
    diagnostics_.error(named_.place, "the file " + in_quotes(file_) + " holds no " + what, {}, path_);
  }

 private:
  // One wrong line is enough: what follows is most likely wrong in the same way.
  void report(int line, std::string_view text, std::string problem) {
    const Source shown(file_, std::string(text.substr(0, 200)));
    Place place = shown.place(0, text.size());
    const Source numbered(file_, std::string(static_cast<std::size_t>(line) - 1, '\n') + std::string(text.substr(0, 200)));
    place.source = &numbered;
    place.line = line;
    diagnostics_.error(place, std::move(problem), std::string(format_));
  }

  const YamlNode& named_;
  std::string_view path_;
  std::string_view header_;
  std::string_view format_;
  Diagnostics& diagnostics_;
  std::string file_;
};

}  // namespace

void read_trace(const YamlNode& root, Scenario& scenario, Diagnostics& diagnostics) {
  Load& load = scenario.service.load;
  if (!load.trace) return;
  CsvFile file(*root.find("service")->find("load")->find("trace"), "service.load.trace", "time_s",
               "expected one time in seconds per line, ascending", diagnostics);
  const bool sound = file.read(*load.trace, [&](std::string_view line) -> std::string {
    const std::optional<double> time = number(line);
    if (!time) return in_quotes(line) + " is not a time in seconds";
    if (!load.trace_times.empty() && *time < load.trace_times.back()) return "this arrival is earlier than the one before it";
    load.trace_times.push_back(*time);
    return {};
  });
  if (sound && load.trace_times.empty()) file.holds_nothing("arrivals");
}

void read_rates(const YamlNode& root, Scenario& scenario, Diagnostics& diagnostics) {
  Autoscale& autoscale = scenario.autoscale;
  if (!autoscale.trace) return;
  CsvFile file(*root.find("autoscale")->find("trace"), "autoscale.trace", "time_s,rate_per_s",
               "expected a time in seconds and a rate per second per line, such as 3600,120; times ascend", diagnostics);
  std::vector<DayPoint>& points = autoscale.trace_points;
  const bool sound = file.read(*autoscale.trace, [&](std::string_view line) -> std::string {
    const std::size_t comma = line.find(',');
    if (comma == std::string_view::npos) return in_quotes(line) + " is not a time and a rate";
    const std::optional<double> time = number(line.substr(0, comma));
    const std::optional<double> rate = number(line.substr(comma + 1));
    if (!time || *time > 1e7) return in_quotes(line.substr(0, comma)) + " is not a time in seconds";
    if (!rate) return in_quotes(line.substr(comma + 1)) + " is not a rate per second";
    if (!points.empty() && *time < points.back().at.seconds) return "this time is earlier than the one before it";
    points.push_back({Duration{*time}, Rate{*rate}});
    return {};
  });
  if (sound && (points.empty() || points.back().at < Duration{60.0})) file.holds_nothing("rates over a minute or more");
}

}  // namespace models
