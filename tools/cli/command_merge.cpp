// SPDX-License-Identifier: MIT
// merge: the journals of all shards of a sweep as one table, byte for byte what one machine would have
// written.
#include <fmt/format.h>

#include "tools/cli/commands.hpp"
#include "tools/cli/row_output.hpp"
#include "tools/sweep/merge.hpp"

namespace cli {
namespace {

class Merge : public Command {
 public:
  void declare(Options& options) override {
    options.arguments("JOURNAL", files_,
                      "Journals of all shards of a sweep, in any order; or the one of a whole sweep");
    declare_row_output(options, output_);
    options.flag("--quiet", quiet_, "On stderr only errors");
  }

  int execute(const std::string&) override {
    if (files_.empty())
      throw UsageError(
          "merge needs the journals of all shards: forkcast sweep ... --shard I/N --journal FILE");
    if (const std::string problem = problem_of(output_); !problem.empty()) {
      complain(problem);
      return refused;
    }
    try {
      const sweep::Merged merged(files_);
      if (!quiet_) {
        tell(fmt::format("forkcast {}, {} ({}), {} points of {} journals", merged.header().version,
                         merged.header().scenario_file, merged.header().scenario_hash, merged.header().points,
                         files_.size()));
      }
      const int code = RowPrinter(merged.header(), output_, [&](std::size_t point) {
                         return merged.rows(point);
                       }).finish();
      const int told = tell_refused(merged.header().shard, merged.refused(),
                                    [&](std::size_t point) { return merged.problem(point); });
      return code == done ? told : code;
    } catch (const sweep::JournalError& error) {
      complain(error.what());
      return refused;
    }
  }

 private:
  std::vector<std::string> files_;
  RowOutput output_;
  bool quiet_ = false;
};

}  // namespace

const CommandInfo merge_command{"merge", "Join the journals of all shards of a sweep",
                                "  forkcast merge out-*.journal --export out.csv\n"
                                "  forkcast merge out-*.journal --format jsonl --quiet > out.jsonl",
                                [] { return std::unique_ptr<Command>(new Merge); }};

}  // namespace cli
