// SPDX-License-Identifier: MIT
#include "tools/cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <vector>

#include "tools/cli/command.hpp"
#include "tools/cli/output.hpp"
#include "tools/report/shell_word.hpp"

namespace cli {
namespace {

// Text that a shell would read back as the same command.
std::string as_written(int argc, const char* const* argv) {
  std::string text = "forkcast";
  for (int i = 1; i < argc; ++i) text += ' ' + report::shell_word(argv[i]);
  return text;
}

struct Entry {
  std::unique_ptr<Command> command;
  CLI::App* app;
  Options options;
};

class CommandLine {
 public:
  CommandLine() {
    app_.name("forkcast");
    app_.set_help_flag("-h,--help", "Show this help; after a command, its own");
    app_.set_version_flag("--version", "forkcast " FORKCAST_VERSION, "Show the version");
    app_.require_subcommand(0, 1);
    // Extras are judged here, where a remedy can be given.
    app_.allow_extras();
    app_.footer(
        "Examples:\n"
        "  forkcast run scenarios/gil-or-not.yaml\n"
        "  forkcast run web.yaml --set container.limits.cpu=4 --export web.json\n"
        "  forkcast explain service.load\n"
        "  forkcast init --template web web.yaml\n"
        "Exit status: 0 done, 1 an expectation or accuracy bound failed, 2 wrong usage or scenario, "
        "3 a measurement failed, 130 interrupted.");
    for (const CommandInfo& info : commands()) {
      CLI::App& app = *app_.add_subcommand(std::string(info.name), std::string(info.help));
      app.allow_extras();
      app.footer("Examples:\n" + std::string(info.examples));
      entries_.push_back({info.make(), &app, Options(app)});
      entries_.back().command->declare(entries_.back().options);
    }
  }

  int run(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
      if (app_.get_subcommands().empty()) {
        reject_extras(app_, true);
        return print(app_.help());
      }
      reject_extras(app_, false);
      for (const Entry& entry : entries_) {
        if (!entry.app->parsed()) continue;
        reject_extras(*entry.app, false);
        entry.options.check();
        return entry.command->execute(as_written(argc, argv));
      }
      throw UsageError("no command");
    } catch (const CLI::CallForVersion&) {
      return print("forkcast " FORKCAST_VERSION "\n");
    } catch (const CLI::Success&) {
      const std::vector<CLI::App*> chosen = app_.get_subcommands();
      return print(chosen.empty() ? app_.help() : chosen.front()->help("forkcast"));
    } catch (const CLI::ParseError& error) {
      return wrong(error.what());
    } catch (const UsageError& error) {
      return wrong(error.what());
    }
  }

 private:
  void reject_extras(CLI::App& level, bool expects_command) {
    for (const std::string& extra : level.remaining()) {
      if (extra == "--") continue;
      std::vector<std::string_view> known;
      std::vector<std::string> names;
      if (extra.starts_with('-')) {
        const std::string written = extra.substr(0, extra.find('='));
        for (const CLI::Option* option : level.get_options()) {
          for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
        }
        known.assign(names.begin(), names.end());
        throw UsageError(fmt::format("unknown option '{}'{}", written, did_you_mean(written, known)));
      }
      if (!expects_command) throw UsageError(fmt::format("'{}' is one argument too many", extra));
      for (const CommandInfo& info : commands()) known.push_back(info.name);
      throw UsageError(fmt::format("unknown command '{}'{}", extra, did_you_mean(extra, known)));
    }
  }

  int wrong(const std::string& message) const {
    complain(message);
    const std::vector<const CLI::App*> chosen = app_.get_subcommands([](const CLI::App* one) { return one->parsed(); });
    tell(fmt::format("See forkcast {}--help.", chosen.empty() ? "" : chosen.front()->get_name() + " "));
    return refused;
  }

  CLI::App app_{"Should this service run as processes, threads or an event loop, and what does that cost?"};
  std::vector<Entry> entries_;
};

}  // namespace

int run_command_line(int argc, const char* const* argv) { return CommandLine().run(argc, argv); }

}  // namespace cli
