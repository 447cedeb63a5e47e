// SPDX-License-Identifier: MIT
#include "models/scenario/trace.hpp"

#include <string>
#include <utility>

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

// One wrong line is enough: what follows is most likely wrong in the same way.
void report(const std::string& file, int line, std::string_view text, std::string problem,
            Diagnostics& diagnostics) {
  const Source shown(file, std::string(text.substr(0, 200)));
  Place place = shown.place(0, text.size());
  const Source numbered(
      file, std::string(static_cast<std::size_t>(line) - 1, '\n') + std::string(text.substr(0, 200)));
  place.source = &numbered;
  place.line = line;
  diagnostics.error(place, std::move(problem), "expected one time in seconds per line, ascending");
}

}  // namespace

void read_trace(const YamlNode& root, Scenario& scenario, Diagnostics& diagnostics) {
  Load& load = scenario.service.load;
  if (!load.trace) return;
  const YamlNode& node = *root.find("service")->find("load")->find("trace");
  const std::string file = relative_to(*node.place.source, *load.trace);
  const FileText content = read_file(file, largest_trace);
  if (!content.problem.empty()) {
    diagnostics.error(node.place, "the file " + in_quotes(file) + " " + content.problem,
                      "paths are relative to the file that names them", "service.load.trace");
    return;
  }
  int number = 0;
  for (std::size_t start = 0; start < content.text.size();) {
    const std::size_t end = std::min(content.text.find('\n', start), content.text.size());
    const std::string_view line = trimmed(std::string_view(content.text).substr(start, end - start));
    start = end + 1;
    ++number;
    if (line.empty() || line[0] == '#' || (number == 1 && line == "time_s")) continue;
    const auto parsed = parse_quantity(Kind::number, line);
    const double* time = std::get_if<double>(&parsed);
    if (!time || *time < 0.0 || *time > 1e9) {
      report(file, number, line, in_quotes(line) + " is not a time in seconds", diagnostics);
      return;
    }
    if (!load.trace_times.empty() && *time < load.trace_times.back()) {
      report(file, number, line, "this arrival is earlier than the one before it", diagnostics);
      return;
    }
    load.trace_times.push_back(*time);
  }
  if (load.trace_times.empty()) {
    diagnostics.error(node.place, "the file " + in_quotes(file) + " holds no arrivals", {},
                      "service.load.trace");
  }
}

}  // namespace models
