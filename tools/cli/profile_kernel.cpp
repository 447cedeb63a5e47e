// SPDX-License-Identifier: MIT
#include "tools/cli/profile_kernel.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "models/fields/quantity_text.hpp"
#include "models/fields/spelling.hpp"
#include "models/scenario/profile_writer.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/interrupt.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/progress.hpp"
#include "tools/cli/terminal.hpp"
#include "tools/host/machine.hpp"
#include "tools/host/samples.hpp"
#include "tools/kernels/catalogue.hpp"
#include "tools/kernels/fit.hpp"
#include "tools/measure/cores.hpp"

namespace cli {
namespace {

std::string stem_of(const std::string& file) {
  const std::string base = std::filesystem::path(file).filename().string();
  return base.substr(0, base.find('.'));
}

kernels::Target target_of(const ProfileKernelArguments& arguments) {
  if (arguments.kernel.empty() == arguments.library.empty()) {
    throw UsageError("give either --kernel or --library");
  }
  kernels::Target target;
  target.python = arguments.python;
  target.harness = std::string(FORKCAST_KERNELS) + "/harness.py";
  target.kernel = arguments.kernel;
  target.library = arguments.library;
  target.name = arguments.name;
  if (!arguments.library.empty()) {
    if (target.name.empty()) target.name = stem_of(arguments.library);
    return target;
  }
  const std::size_t colon = arguments.kernel.rfind(':');
  if (target.name.empty()) target.name = arguments.kernel.substr(colon == std::string::npos ? 0 : colon + 1);
  if (colon != std::string::npos) return target;
  const kernels::ShippedKernel* shipped = kernels::find_kernel(arguments.kernel);
  if (!shipped) {
    std::vector<std::string_view> known;
    for (const kernels::ShippedKernel& one : kernels::shipped_kernels()) known.push_back(one.name);
    throw UsageError(fmt::format("'{}' is neither module:function nor a shipped kernel{} (forkcast list kernels)",
                                 arguments.kernel, did_you_mean(arguments.kernel, known)));
  }
  if (shipped->native) {
    target.kernel.clear();
    target.library = fmt::format("{}/{}.so", FORKCAST_NATIVE_KERNELS, shipped->name);
  } else {
    target.kernel = fmt::format("{}/kernels.py:{}", FORKCAST_KERNELS, shipped->name);
  }
  return target;
}

std::string time(double seconds) { return models::format_quantity(models::Kind::duration, host::rounded(seconds, 3)); }
std::string size(double bytes) { return fmt::format("{:.3g}MiB", bytes / (1024.0 * 1024.0)); }

std::string table(const kernels::Fit& fit, const std::vector<kernels::Residual>& rows, const kernels::Target& target,
                  const kernels::Measurement& measured) {
  std::string text = fmt::format("{} on {}, {}\n\n", target.name, measured.runtime.version,
                                 fit.lock ? "with an interpreter lock" : "no interpreter lock");
  const auto line = [&](std::string_view what, const std::string& value) { text += fmt::format("{:<34}{}\n", what, value); };
  line("CPU time of a call", fmt::format("{}, squared variation {:.2g}", time(fit.cpu), fit.cpu_scv));
  if (fit.wait > 0.0) line("time it waits", time(fit.wait));
  if (fit.lock) {
    line("needs the lock for", fit.lock_measured ? fmt::format("{:.0f} % of its CPU time", 100.0 * fit.lock_share)
                                                 : "all of it (assumed)");
    line("releases of the lock", fmt::format("{:.1f} per call", fit.releases));
    line("CPU time of a hand-over", fit.handover_measured ? time(fit.handover_cpu) : "too few hand-overs to learn from");
  } else {
    line("contention of threads", fmt::format("sigma {:.3f}, kappa {:.4f}", fit.contention, fit.coherency));
  }
  if (measured.allocation_known) {
    line("live memory of a call", size(fit.request_memory));
    line("kept per call", fmt::format("{:.0f}B", fit.growth));
  }
  line("memory of a process, its own", size(fit.process_anonymous));
  line("memory of a further thread", size(fit.thread_memory));
  text += fmt::format("\n{:<14}{:>12}{:>12}{:>8}{:>12}{:>10}\n", "RUN", "CALLS/S", "FITTED", "ERROR", "CPU/CALL", "SWITCHES");
  for (const kernels::Residual& row : rows) {
    text += fmt::format("{:<14}{:>12.5g}{:>12.5g}{:>7.1f}%{:>12}{:>10.2f}\n", row.run, row.measured, row.fitted,
                        100.0 * (row.fitted / row.measured - 1.0), time(row.cpu), row.voluntary);
  }
  return text;
}

std::string json(const kernels::Fit& fit, const std::vector<kernels::Residual>& rows, const models::Profile& profile) {
  nlohmann::ordered_json runs = nlohmann::ordered_json::array();
  for (const kernels::Residual& row : rows) {
    runs.push_back({{"run", row.run},
                    {"throughput_rps", row.measured},
                    {"fitted_throughput_rps", row.fitted},
                    {"cpu_per_call_s", row.cpu},
                    {"voluntary_switches_per_call", row.voluntary}});
  }
  const nlohmann::ordered_json all = {{"kernel", profile.kernels.front().name},
                                      {"interpreter", profile.provenance.interpreter},
                                      {"lock", fit.lock},
                                      {"cpu_s", fit.cpu},
                                      {"cpu_scv", fit.cpu_scv},
                                      {"wait_s", fit.wait},
                                      {"lock_share", fit.lock_share},
                                      {"releases", fit.releases},
                                      {"contention", fit.contention},
                                      {"coherency", fit.coherency},
                                      {"request_memory_bytes", fit.request_memory},
                                      {"process_anonymous_bytes", fit.process_anonymous},
                                      {"thread_memory_bytes", fit.thread_memory},
                                      {"runs", std::move(runs)}};
  return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

// Whether it could be written; without a file there is nothing to do.
bool written(const std::string& file, std::string_view option, const std::string& text) {
  const std::string problem = file.empty() ? std::string() : write_whole(file, text);
  if (!problem.empty()) complain(fmt::format("{} {}", option, problem));
  return problem.empty();
}

}  // namespace

int profile_kernel(const ProfileKernelArguments& arguments, const std::string& command_line) {
  const kernels::Target target = target_of(arguments);
  const int cores = static_cast<int>(measure::allowed_cores().size());
  kernels::Plan plan;
  plan.counts = kernels::default_counts(cores);
  if (arguments.quick) plan = kernels::Plan::quick(plan.counts);
  const Interrupt interrupt;
  const host::Disturbance disturbance;
  kernels::Measurement measured;
  try {
    ProgressLine line(!arguments.quiet && is_terminal(STDERR_FILENO));
    measured = kernels::measure(
        target, plan,
        [&](double share) { line.show(Step{target.name, static_cast<std::size_t>(100.0 * share), 100, "%"}); },
        [&] { return interrupt.requested(); });
  } catch (const kernels::KernelError& error) {
    complain(error.what());
    return interrupt.requested() ? interrupted : refused;
  }
  if (const std::string remark = disturbance.remark(); !remark.empty()) tell("forkcast: warning: " + remark);
  const kernels::Fit fit = kernels::fit(measured, cores);
  models::Profile profile = kernels::profile_of(fit, measured, target, cores);
  profile.provenance = host::provenance(command_line);
  profile.provenance.interpreter = measured.runtime.version;
  const std::vector<kernels::Residual> rows = kernels::residuals(fit, measured, cores);
  const std::string text = models::write_profile(profile);
  if (!arguments.quiet) tell(table(fit, rows, target, measured));
  if (!written(arguments.report_file, "--report", json(fit, rows, profile))) return refused;
  if (arguments.export_file.empty()) return print(text);
  return written(arguments.export_file, "--export", text) ? done : refused;
}

}  // namespace cli
