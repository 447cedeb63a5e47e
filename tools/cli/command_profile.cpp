// SPDX-License-Identifier: MIT
// profile: measures a service on this machine and writes the profile that predictions start from.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <set>

#include "models/calibration/fit.hpp"
#include "models/runtime/server.hpp"
#include "models/scenario/profile_writer.hpp"
#include "models/scenario/reader.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/interrupt.hpp"
#include "tools/cli/output.hpp"
#include "tools/cli/profile_kernel.hpp"
#include "tools/cli/progress.hpp"
#include "tools/cli/service_options.hpp"
#include "tools/cli/terminal.hpp"
#include "tools/host/machine.hpp"
#include "tools/host/switching.hpp"
#include "tools/measure/campaign.hpp"
#include "tools/measure/cgroup.hpp"
#include "tools/measure/cores.hpp"
#include "tools/measure/measurement_error.hpp"
#include "tools/measure/run_record.hpp"
#include "tools/profiler/fit_report.hpp"
#include "tools/profiler/misfit.hpp"
#include "tools/profiler/probe_plan.hpp"
#include "tools/profiler/two_servers.hpp"
#include "tools/profiler/untold_lock.hpp"

namespace cli {
namespace {

std::vector<std::string_view> server_names() {
  std::vector<std::string_view> names;
  for (const models::ServerInfo& server : models::servers()) names.push_back(server.name);
  return names;
}

// The clients' poller and a collector of garbage may run beside the workers, but not on a core of their own.
std::string more_cores_than_threads(const models::MeasuredRun& run) {
  constexpr double allowance = 1.35;
  const auto workers = static_cast<double>(run.what.processes * run.what.threads);
  if (run.server_cpu.value <= allowance * workers) return {};
  return fmt::format(
      "the server used {:.1f} cores as {} process(es) of {} thread(s): it computes in more than those; "
      "say how many with --processes and --threads, or let the command set them",
      run.server_cpu.value, run.what.processes, run.what.threads);
}

class Profile : public Command {
 public:
  void declare(Options& options) override {
    service_.declare(options);
    options.flag("--no-keep-alive", no_keep_alive_, "Users make a new connection for every request");
    options.choice("--server", server_, server_names(), "NAME", "Accept rule of the server; recognised when absent");
    options.choice("--lock", lock_, {"yes", "no"}, "WORD",
                   "Whether the threads of a process share an interpreter lock; recognised when absent");
    options.value("--cpu", cpu_, "CORES", "Quota of the container that is measured, for example 1.5");
    options.value("--kernel", kernel_.kernel, "FUNCTION",
                  "Instead of a server, a Python function in process: module:function, file.py:function, or one of\n"
                  "`forkcast list kernels`");
    options.value("--library", kernel_.library, "FILE", "Or a native function: a shared object (tools/kernels/kernel.hpp)");
    options.value("--python", kernel_.python, "PROGRAM", "Interpreter that runs --kernel");
    options.flag("--quick", quick_, "Under a minute instead of under five, with wider intervals");
    options.value("--rounds", rounds_, 1, 100, "N",
                   "How often each probe is repeated, however long it takes; absent: as often as the time allows, at "
                   "most\nthree times, once with --quick");
    options.value("--window", window_, 1, 600, "SECONDS",
                  "Length of each window; a service that takes seconds to answer needs a longer one");
    options.value("--record", record_, "FILE", "Also append every measured run to FILE (JSON lines)");
    options.value("--from", from_, "FILE", "Fit the runs that FILE holds instead of measuring");
    options.value("--export", export_, "FILE", "Where the profile goes; absent: stdout");
    options.value("--host", host_, "FILE",
                  "Host profile of the machine (measure-host): the profile can be carried to others");
    options.value("--interpreter", interpreter_, "TEXT", "For the record: interpreter or runtime, and how it was built");
    options.value("--machine", machine_, "TEXT", "For the record, with --from: where the runs were measured");
    options.value("--report", report_, "FILE", "Also write the fit as JSON");
    options.flag("--quiet", quiet_, "On stderr only errors");
  }

  int execute(const std::string& command_line) override {
    for (const std::string& file : {export_, report_}) {
      if (file.empty()) continue;
      const std::string problem = export_problem(file);
      if (!problem.empty()) throw UsageError(problem);
    }
    if (!kernel_.kernel.empty() || !kernel_.library.empty()) return measure_kernel(command_line);
    std::optional<models::HostProfile> host;
    if (!host_.empty()) {
      models::Diagnostics diagnostics;
      host = models::read_host_profile(host_, diagnostics);
      if (!host) {
        tell(models::render(diagnostics, use_color(STDERR_FILENO)));
        return refused;
      }
    }
    std::vector<models::MeasuredRun> runs;
    if (!from_.empty()) {
      if (!service_.command.empty()) throw UsageError("--from and --command exclude each other");
      measure::RecordedRuns recorded = measure::read_runs(from_);
      if (recorded.torn) tell(fmt::format("forkcast: warning: {}: the last line is incomplete and was left out", from_));
      if (recorded.runs.empty()) throw UsageError(fmt::format("--from {}: there is no run in it", from_));
      runs = chosen(std::move(recorded.runs));
    } else {
      const int code = measure_into(runs);
      if (code != done) return code;
    }

    if (const std::string differing = profiler::two_servers(runs); !differing.empty()) {
      tell("forkcast: warning: " + differing);
    }
    models::FitOptions options;
    options.server = server_;
    if (!lock_.empty()) options.lock = lock_ == "yes";
    if (const std::string guess = profiler::untold_lock(runs); lock_.empty() && !guess.empty()) {
      tell("forkcast: warning: " + guess + "; say --lock yes or no");
    }
    if (!quiet_) tell(fmt::format("fitting {} runs", runs.size()));
    models::Fitted fitted = models::fit(runs, options);
    fitted.profile.name = service_.name.empty() ? runs.front().what.subject : service_.name;
    if (host) {
      fitted.profile.host.name = host->name;
      fitted.profile.host.speed = host->speed.value;
    }
    models::Provenance& provenance = fitted.profile.provenance;
    const models::Provenance here = host::provenance(command_line);
    provenance.command = command_line;
    provenance.date = runs.front().started.substr(0, 10);
    provenance.interpreter = interpreter_;
    provenance.machine = from_.empty() && machine_.empty() ? here.machine : machine_;
    if (from_.empty()) provenance.operating_system = here.operating_system;
    provenance.data = from_.empty() ? record_ : from_;
    return write(fitted);
  }

 private:
  // Of runs that `validate` recorded, the probes of one subject; else all.
  std::vector<models::MeasuredRun> chosen(std::vector<models::MeasuredRun> runs) const {
    const auto is_probe = [](const models::MeasuredRun& run) { return run.id.starts_with(measure::probe_prefix); };
    if (std::ranges::any_of(runs, is_probe)) std::erase_if(runs, std::not_fn(is_probe));
    std::set<std::string> subjects;
    for (const models::MeasuredRun& run : runs) subjects.insert(run.what.subject);
    if (subjects.size() == 1) return runs;
    if (!subjects.contains(service_.name)) {
      throw UsageError(fmt::format("--from {} holds runs of {}: choose one by --name", from_, fmt::join(subjects, ", ")));
    }
    std::erase_if(runs, [&](const models::MeasuredRun& run) { return run.what.subject != service_.name; });
    return runs;
  }

  int measure_kernel(const std::string& command_line) {
    if (!service_.command.empty() || !from_.empty()) throw UsageError("--kernel and --library exclude --command and --from");
    if (!host_.empty() || !lock_.empty()) throw UsageError("--host and --lock are for a service, not for --kernel and --library");
    kernel_.name = service_.name;
    kernel_.export_file = export_;
    kernel_.report_file = report_;
    kernel_.quick = quick_;
    kernel_.quiet = quiet_;
    return profile_kernel(kernel_, command_line);
  }

  profiler::PlanOptions plan_options() const {
    profiler::PlanOptions plan;
    plan.machine_cores = static_cast<models::Count>(measure::allowed_cores().size());
    plan.keep_alive = !no_keep_alive_;
    plan.quick = quick_;
    if (window_ > 0) plan.window = models::Duration{static_cast<double>(window_)};
    plan.memory = !quick_ && !service_.attaches();
    plan.throttles = !service_.attaches() && measure::Cgroup::create().missing().empty();
    plan.server = server_;
    plan.processes = service_.processes;
    plan.threads = service_.threads;
    if (!cpu_.empty()) plan.cpu = models::Cores{number_in("--cpu", cpu_, 0.01, 4096)};
    return plan;
  }

  // `done`, or the exit code to leave with.
  int measure_into(std::vector<models::MeasuredRun>& runs) {
    const profiler::PlanOptions plan = plan_options();
    const std::vector<measure::Job> jobs = profiler::probe_plan(service_.subject(), plan);

    const Interrupt interrupt;
    ProgressLine progress(!quiet_ && is_terminal(STDERR_FILENO));
    measure::CampaignOptions options;
    options.rounds = rounds_ > 0 ? rounds_ : quick_ ? 1 : 3;
    // What is left of the minute, or of five, goes into the fit. Who asks for rounds gets them all.
    options.budget = rounds_ > 0 ? std::chrono::seconds::max() : std::chrono::seconds(quick_ ? 32 : 255);
    options.machine_cores = plan.machine_cores;
    options.stop_requested = [&] { return interrupt.requested(); };
    std::set<std::string> warned;
    measure::MeasureOptions measuring;
    measuring.observer.stop_requested = options.stop_requested;
    measuring.observer.warn = [&](const std::string& warning) {
      if (!warned.insert(warning).second) return;
      progress.clear();
      tell("forkcast: warning: " + warning);
    };
    if (const std::string remark = host::stacking_remark(); !remark.empty()) measuring.observer.warn(remark);
    const measure::RunningServer running = service_.attaches() ? service_.running_server() : measure::RunningServer{};
    options.measure = [&](const measure::Job& job) {
      measure::RunningServer asked = running;
      asked.requests = job.subject.requests;
      models::MeasuredRun run = service_.attaches()
                                    ? measure::measure_running(asked, job.what, job.before, measuring)
                                    : measure::measure_run(job.subject, job.what, job.before, measuring);
      run.id = fmt::format("{} @{}", job.name, run.id);
      if (const std::string remark = more_cores_than_threads(run); !remark.empty())
        measuring.observer.warn(remark);
      return run;
    };
    std::size_t expected = 0;
    options.on_progress = [&](const measure::CampaignProgress& now) {
      expected = now.expected;
      progress.show({now.job, now.done, now.expected, "windows"});
    };
    if (!record_.empty()) {
      options.on_run = [&](const models::MeasuredRun& run) { measure::append_run(record_, run); };
    }
    if (!quiet_) {
      const double once = profiler::expected_length(jobs, 1).seconds;
      const double all = profiler::expected_length(jobs, options.rounds).seconds;
      tell(fmt::format("{} probes, {} rounds, about {:.0f}s", jobs.size(), options.rounds,
                       std::clamp(options.budget.count(), once, all)));
    }
    try {
      const measure::CampaignResult result = measure::run_campaign(jobs, options);
      progress.clear();
      runs = result.runs;
      if (!quiet_ && !result.interrupted && result.rounds < options.rounds) {
        tell(fmt::format("the time was up after {} of {} windows; --rounds {} takes as long as it takes", runs.size(),
                         expected, options.rounds));
      }
      if (!quiet_ && result.repeated > 0) {
        tell(fmt::format("{} windows were measured again because something else used the machine", result.repeated));
      }
      if (result.contaminated > 0) {
        tell(fmt::format("forkcast: warning: {} of {} windows stayed disturbed (steal or other use above 2% of the "
                         "cores): they are slower than they say{}; measure again on a quieter machine",
                         result.contaminated, runs.size(),
                         2 * result.contaminated > runs.size()
                             ? ", and which runtime and server they look like is a guess"
                             : ""));
      }
      return result.interrupted ? tell_of_interruption() : done;
    } catch (const measure::Interrupted&) {
      return tell_of_interruption();
    } catch (const measure::MeasurementError& error) {
      progress.clear();
      complain(error.what());
      return measurement_failed;
    }
  }

  int tell_of_interruption() const {
    tell(record_.empty() ? "forkcast: interrupted, everything that was started is stopped"
                         : fmt::format("forkcast: interrupted; what was measured is in {}", record_));
    return interrupted;
  }

  int write(const models::Fitted& fitted) const {
    const std::string profile = models::write_profile(fitted.profile);
    if (!quiet_) tell(profiler::fit_report_text(fitted));
    if (const std::string missed = profiler::misfit(fitted); !missed.empty()) tell("forkcast: warning: " + missed);
    // What took minutes to measure is not lost for a disk that is full.
    int code = done;
    if (!report_.empty()) {
      const std::string problem = write_whole(report_, profiler::fit_report_json(fitted));
      if (!problem.empty()) {
        complain("--report " + problem);
        code = refused;
      }
    }
    if (export_.empty()) return std::max(print(profile), code);
    const std::string problem = write_whole(export_, profile);
    if (!problem.empty()) {
      complain("--export " + problem + "; the profile goes to stdout instead");
      print(profile);
      return refused;
    }
    if (!quiet_) {
      const std::string& name = fitted.profile.name;
      tell(fmt::format("wrote {0}; use it in a scenario: profiles: {{{1}: {{file: {2}}}}}, deployments: {{{1}: {{profile: "
                       "{1}, server: {3}}}}}{4}",
                       export_, name, std::filesystem::path(export_).filename().string(), fitted.server, service_.mix()));
    }
    return code;
  }

  ServiceOptions service_;
  bool no_keep_alive_ = false;
  std::string server_;
  std::string lock_;
  std::string host_;
  std::string cpu_;
  bool quick_ = false;
  int rounds_ = 0;
  int window_ = 0;
  std::string record_;
  std::string from_;
  std::string export_;
  std::string report_;
  std::string interpreter_;
  std::string machine_;
  ProfileKernelArguments kernel_;
  bool quiet_ = false;
};

}  // namespace

const CommandInfo profile_command{
    "profile", "Measure a service on this machine and write its profile",
    "  forkcast profile --name shop --url /checkout --export shop.profile.yaml \\\n"
    "    --command 'gunicorn app:app -b 127.0.0.1:{port} -w {processes} -k gthread --threads {threads}'\n"
    "  forkcast profile --kernel app.py:handle --python python3.14t --export handle.profile.yaml\n"
    "  forkcast profile --pid 4711 --at 127.0.0.1:8000 --processes 4 --url / --export shop.profile.yaml\n"
    "  forkcast profile --from runs.jsonl --export shop.profile.yaml",
    [] { return std::unique_ptr<Command>(new Profile); }};

}  // namespace cli
