// SPDX-License-Identifier: MIT
// sweep: the scenario at every point of a design, journalled point by point, written in the order of the
// points.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <utility>

#include "models/scenario/diagnostics.hpp"
#include "models/scenario/swept_scenario.hpp"
#include "tools/cli/commands.hpp"
#include "tools/cli/exports.hpp"
#include "tools/cli/interrupt.hpp"
#include "tools/cli/progress.hpp"
#include "tools/cli/row_output.hpp"
#include "tools/cli/terminal.hpp"
#include "tools/report/shell_word.hpp"
#include "tools/sweep/journal.hpp"
#include "tools/sweep/plan.hpp"
#include "tools/sweep/run.hpp"

namespace cli {
namespace {

constexpr std::string_view journal_ending = ".journal";

bool is_same_file(const std::string& one, const std::string& other) {
  std::error_code none;
  const auto whole = [&](const std::string& file) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(file, none), none);
  };
  return whole(one) == whole(other);
}

class Sweep : public Command {
 public:
  void declare(Options& options) override {
    options.argument("FILE", file_, "Scenario; - is stdin");
    options.repeated(
        "--sweep", options_.grid, "PATH=VALUES",
        "Vary a parameter: 1,2,4 or 1..16 or 10..40ms by 10ms or log 1..64; repeated: every combination");
    options.repeated("--zip", options_.zip, "PATH=VALUES",
                     "Vary parameters together, all with as many values; repeatable");
    options.repeated("--where", options_.where, "COMPARISON",
                     "Leave out points that break it: 'processes*threads <= 64'; repeatable");
    options.value("--samples", samples_, "N", "Instead of every combination N points of a Latin hypercube");
    options.repeated("--set", options_.settings, "PATH=VALUE",
                     "Replace a parameter, for example service.load=300/s; repeatable");
    options.value("--seed", seed_, "N", "Seed of all random numbers; the scenario's or 1");
    options.value("--precision", precision_, "SHARE",
                  "Replicate until intervals are this narrow, for example 1%");
    options.value("--replications", replications_, "N",
                  "Exactly so many replications instead of by precision");
    options.flag("--capacity", capacity_,
                 "Find the highest load at which each deployment keeps the SLO, at every point");
    options.value("--jobs", jobs_, 0, 4096, "N",
                  "Threads to simulate with, 0: one a core; results do not depend on it");
    declare_row_output(options, output_);
    options.value("--shard", shard_text_, "I/N",
                  "Only every N-th point from the I-th on; `forkcast merge` joins the journals");
    options.value("--journal", journal_, "FILE",
                  "Where finished points are kept; without it a file beside the first export that is removed "
                  "in the end");
    options.flag("--resume", resume_, "Go on with the journal, or begin it");
    options.flag("--plan", plan_, "Print the points as CSV and simulate nothing");
    options.flag("--quiet", quiet_, "On stderr only errors");
  }

  int execute(const std::string&) override {
    read_usage();
    if (const std::string problem = problem_of(output_); !problem.empty()) {
      complain(problem);
      return refused;
    }
    models::Diagnostics diagnostics;
    const std::optional<models::SweptScenario> scenario =
        models::SweptScenario::read(file_, options_, diagnostics);
    std::optional<sweep::Header> header;
    if (scenario) header = sweep::header_of(*scenario, capacity_, FORKCAST_VERSION, diagnostics);
    if (!header || (!quiet_ && diagnostics.warnings() > 0))
      tell(models::render(diagnostics, use_color(STDERR_FILENO)));
    if (!header) return refused;
    if (plan_) return print_plan(*scenario);
    header->shard = shard_;
    header->command = command();
    try {
      return simulate(*scenario, *header);
    } catch (const sweep::JournalError& error) {
      complain(error.what());
      return refused;
    }
  }

 private:
  void read_usage() {
    if (file_.empty()) throw UsageError("sweep needs a scenario");
    // A flag is one more --set, the last word of the user.
    for (const auto& [path, value] :
         {std::pair{"run.seed", &seed_}, std::pair{"run.precision", &precision_},
          std::pair{"run.replications", &replications_}, std::pair{"sweep.samples", &samples_}}) {
      if (!value->empty()) options_.settings.push_back(fmt::format("{}={}", path, *value));
    }
    if (!shard_text_.empty()) {
      const std::optional<sweep::Shard> shard = sweep::parse_shard(shard_text_);
      if (!shard)
        throw UsageError(fmt::format("--shard {} must be written as I/N with I from 1 to N, for example 3/7",
                                     shard_text_));
      if (journal_.empty() && !plan_)
        throw UsageError("--shard needs --journal FILE: `forkcast merge` joins the journals of all shards");
      shard_ = *shard;
    }
    if (plan_ && (!output_.exports.empty() || !journal_.empty() || resume_))
      throw UsageError(
          "--plan prints the points on stdout alone: leave out --export, --journal and --resume");
    is_journal_kept_ = !journal_.empty();
    for (const std::string& file : output_.exports) {
      if (is_journal_kept_ && is_same_file(file, journal_))
        throw UsageError(fmt::format("--journal {} is an export, too: name another file", journal_));
      if (journal_.empty() && file != to_stdout) journal_ = file + std::string(journal_ending);
    }
    if (resume_ && journal_.empty())
      throw UsageError("--resume needs a journal: name it with --journal FILE, or export to a file");
  }

  // How a shell runs this again, but for shard, journal and outputs.
  std::string command() const {
    std::string text = "forkcast sweep " + report::shell_word(file_);
    const auto add = [&](std::string_view option, const std::vector<std::string>& values) {
      for (const std::string& value : values)
        text += fmt::format(" {} {}", option, report::shell_word(value));
    };
    add("--set", options_.settings);
    add("--sweep", options_.grid);
    add("--zip", options_.zip);
    add("--where", options_.where);
    return capacity_ ? text + " --capacity" : text;
  }

  int print_plan(const models::SweptScenario& scenario) const {
    int code = done;
    sweep::write_plan(scenario, shard_, [&](std::string_view text) {
      code = print(text);
      return code == done;
    });
    return code;
  }

  int simulate(const models::SweptScenario& scenario, const sweep::Header& header) {
    sweep::Journal journal =
        resume_ ? sweep::Journal::resume(journal_, header) : sweep::Journal::begin(journal_, header);
    const std::size_t earlier = journal.finished();
    if (!quiet_) tell(first_line(header, journal));

    RowPrinter printer(header, output_, [&](std::size_t position) { return journal.rows(position); });
    const bool on_terminal = is_terminal(STDERR_FILENO);
    ProgressLine line(!quiet_ && on_terminal);
    ProgressLog log(!quiet_ && !on_terminal);
    const Interrupt interrupt;
    sweep::RunOptions options;
    options.jobs = jobs_;
    // What was printed last could not be, and nothing else keeps the rows.
    std::atomic<bool> in_vain = false;
    options.stop_requested = [&] { return in_vain || interrupt.requested(); };
    const bool shares_terminal = on_terminal && printer.streams() && is_terminal(STDOUT_FILENO);
    options.on_point = [&] {
      if (shares_terminal) line.clear();
      printer.print_ready([&](std::size_t position) { return journal.has(position); });
      in_vain = printer.code() != done && journal_.empty();
      const Step step{"", journal.finished(), journal.size(), "points", earlier, true};
      line.show(step);
      log.show(step);
    };
    try {
      sweep::run(scenario, journal, options);
    } catch (const sweep::JournalError& error) {
      line.clear();
      complain(error.what());
      tell("forkcast: " + how_to_go_on(journal));
      return refused;
    }
    line.clear();
    if (in_vain) return printer.code();
    if (!journal.complete()) {
      tell("forkcast: interrupted; " + how_to_go_on(journal));
      return interrupted;
    }
    const int code = printer.finish();
    std::error_code none;
    if (code == done && !is_journal_kept_ && !journal_.empty()) std::filesystem::remove(journal_, none);
    const int told = tell_refused(header.shard, journal.refused(),
                                  [&](std::size_t position) { return journal.problem(position); });
    // A shard that is complete has done its part: schedulers need not run it again, `merge` says the rest.
    if (code != done || shard_.count > 1) return code;
    return told;
  }

  std::string first_line(const sweep::Header& header, const sweep::Journal& journal) const {
    std::string text = fmt::format("forkcast {}, seed {}, {} ({}), {} points", FORKCAST_VERSION, header.seed,
                                   header.scenario_file, header.scenario_hash, header.points);
    if (header.shard.count > 1)
      text += fmt::format(", of which {} in shard {}", journal.size(), sweep::text_of(header.shard));
    if (journal.finished() > 0) text += fmt::format(", {} finished earlier", journal.finished());
    return text;
  }

  std::string how_to_go_on(const sweep::Journal& journal) const {
    if (journal_.empty())
      return fmt::format(
          "{} of {} points were finished, but nothing keeps them without --journal or --export",
          journal.finished(), journal.size());
    return fmt::format("{} of {} points are in {}: the same command with --resume goes on",
                       journal.finished(), journal.size(), journal_);
  }

  std::string file_;
  models::SweepOptions options_;
  std::string samples_;
  std::string seed_;
  std::string precision_;
  std::string replications_;
  bool capacity_ = false;
  int jobs_ = 0;
  RowOutput output_;
  std::string shard_text_;
  sweep::Shard shard_;
  std::string journal_;
  bool is_journal_kept_ = false;
  bool resume_ = false;
  bool plan_ = false;
  bool quiet_ = false;
};

}  // namespace

const CommandInfo sweep_command{
    "sweep", "Simulate a scenario at many values of its parameters, one row for each point and deployment",
    "  forkcast sweep web.yaml --sweep 'deployments.api.threads=log 1..64' --sweep 'service.load=100..500/s by 100'\n"
    "  forkcast sweep web.yaml --sweep service.load=50..900/s --sweep service.network=1..20ms --samples 200 --export out.csv\n"
    "  forkcast sweep study.yaml --where 'processes*threads <= 64' --export out.csv --export out.jsonl --resume\n"
    "  forkcast sweep study.yaml --shard 3/7 --journal out-3.journal --resume",
    [] { return std::unique_ptr<Command>(new Sweep); }};

}  // namespace cli
