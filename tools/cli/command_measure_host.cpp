// SPDX-License-Identifier: MIT
// measure-host: what this machine is, apart from any application, as a table and as a host profile.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "models/fields/quantity_text.hpp"
#include "models/scenario/profile_writer.hpp"
#include "models/scenario/resolved.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/interrupt.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/progress.hpp"
#include "tools/cli/terminal.hpp"
#include "tools/host/machine.hpp"
#include "tools/host/measurement.hpp"

namespace cli {
namespace {

using models::Kind;

template <class T>
double plain(const T& quantity) {
  if constexpr (requires { quantity.seconds; }) {
    return quantity.seconds;
  } else {
    return quantity.value;
  }
}

class Rows {
 public:
  template <class T>
  void add(std::string_view what, Kind kind, const models::Measured<T>& number) {
    if (number.basis != models::Basis::measured) {
      rows_.push_back({std::string(what), "not measured", ""});
      return;
    }
    rows_.push_back({std::string(what), shown(kind, plain(number.value)),
                     shown(kind, plain(number.low)) + " .. " + shown(kind, plain(number.high))});
  }
  void add(std::string_view what, std::string value) { rows_.push_back({std::string(what), std::move(value), ""}); }

  std::string text() const {
    std::array<std::size_t, 2> widths{};
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const auto& row : rows_) {
      std::string line = fmt::format("{:<{}}  {:<{}}  {}", row[0], widths[0], row[1], widths[1], row[2]);
      line.erase(line.find_last_not_of(' ') + 1);
      text += line + "\n";
    }
    return text;
  }

 private:
  static std::string shown(Kind kind, double value) { return models::format_quantity(kind, host::rounded(value, 3)); }

  std::vector<std::array<std::string, 3>> rows_{{"QUANTITY", "MEDIAN", "QUARTILES"}};
};

std::string table(const host::Measurement& measured) {
  const models::HostProfile& host = measured.profile;
  Rows rows;
  rows.add("speed of a core, over the reference", Kind::number, host.speed);
  rows.add("  dependent integer operations", Kind::number, host.yardstick.integer);
  rows.add("  dispatch of a bytecode", Kind::number, host.yardstick.branches);
  rows.add("  dependent loads over 512 KiB", Kind::number, host.yardstick.memory);
  rows.add("throughput of 1, 2, ... cores, computing", fmt::format("{:.3g}", fmt::join(host.scaling.compute, " ")));
  rows.add("throughput of 1, 2, ... cores, streaming", fmt::format("{:.3g}", fmt::join(host.scaling.memory, " ")));
  rows.add("switch between threads", Kind::duration, host.switches.thread);
  rows.add("switch between processes", Kind::duration, host.switches.process);
  rows.add("wake of a thread on a free core", Kind::duration, host.switches.wake_free_core);
  rows.add("wake of a thread on the same core", Kind::duration, host.switches.wake_same_core);
  rows.add("CPU of a wake to a free core", Kind::duration, host.switches.wake_cpu);
  rows.add("wakes to the waker's core beside a free one", Kind::fraction, host.switches.stacked_wakes);
  rows.add("start of a thread", Kind::duration, host.start.thread);
  rows.add("start of a process", Kind::duration, host.start.process);
  rows.add("fork", Kind::duration, host.start.fork);
  rows.add("fork, for each touched MiB", Kind::duration, host.start.fork_per_mib);
  rows.add("copy of a page at its first write", Kind::duration, host.start.copy_on_write_page);
  for (const models::QuotaBehaviour& quota : host.quota) {
    rows.add(fmt::format("quota {:g}, {} threads: share of it used", quota.quota.value, quota.threads), Kind::fraction,
             quota.share);
    rows.add("  stopped per period of 100 ms", Kind::duration, quota.throttled);
    rows.add("  run between two stops", Kind::duration, quota.run_length);
  }
  rows.add("time taken by the hypervisor", Kind::fraction, host.steal);
  return fmt::format("{}; {}\n\n{}", host.provenance.machine, host.provenance.operating_system, rows.text());
}

class MeasureHost : public Command {
 public:
  void declare(Options& options) override {
    options.flag("--quick", quick_, "Under 10 seconds instead of under a minute");
    options.value("--name", name_, "NAME", "Name of the machine in its profile; absent: that of the exported file");
    options.value("--export", export_, "FILE", "Write the host profile, by custom called something.host.yaml");
    options.choice("--format", format_, {"table", "json", "yaml"}, "NAME", "table, json or yaml");
    options.flag("--quiet", quiet_, "No progress on the terminal");
  }

  int execute(const std::string& command_line) override {
    if (!export_.empty()) {
      if (const std::string problem = export_problem(export_); !problem.empty()) {
        complain(problem);
        return refused;
      }
    }
    const Interrupt interrupt;
    host::Measurement measured;
    try {
      ProgressLine line(!quiet_ && is_terminal(STDERR_FILENO));
      measured = host::measure(quick_ ? host::Plan::quick() : host::Plan{},
                               [&](double share) {
                                 line.show(Step{"measuring", static_cast<std::size_t>(100.0 * share), 100, "%"});
                               },
                               [&] { return interrupt.requested(); });
    } catch (const std::system_error& error) {
      complain(fmt::format("the machine cannot be measured: {}", error.what()));
      return refused;
    }
    measured.profile.provenance = host::provenance(command_line);
    measured.profile.name = name();
    for (const std::string& remark : measured.remarks) tell("forkcast: warning: " + remark);
    if (interrupt.requested()) tell(fmt::format("forkcast: interrupted after {} rounds", measured.rounds));
    if (!export_.empty()) {
      const std::string problem =
          write_whole(export_, models::write_host_profile(measured.profile));
      if (!problem.empty()) {
        complain(problem);
        return refused;
      }
    }
    const int printed = print(text(measured));
    return printed != done || !interrupt.requested() ? printed : interrupted;
  }

 private:
  std::string name() const {
    if (!name_.empty() || export_.empty()) return name_;
    const std::string file = std::filesystem::path(export_).filename().string();
    return file.substr(0, file.find('.'));
  }

  std::string text(const host::Measurement& measured) const {
    if (format_ == "json") return models::resolved(measured.profile).dump(2) + "\n";
    if (format_ == "yaml") return models::write_host_profile(measured.profile);
    return table(measured);
  }

  bool quick_ = false;
  bool quiet_ = false;
  std::string name_;
  std::string export_;
  std::string format_ = "table";
};

}  // namespace

const CommandInfo measure_host_command{"measure-host", "Measure this machine: cores, switches, forks, quota",
                                       "  forkcast measure-host --quick\n"
                                       "  forkcast measure-host --export my.host.yaml",
                                       [] { return std::unique_ptr<Command>(new MeasureHost); }};

}  // namespace cli
