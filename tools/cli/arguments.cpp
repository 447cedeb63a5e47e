// SPDX-License-Identifier: MIT
#include "tools/cli/arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <stdexcept>

#include "models/fields/spelling.hpp"
#include "tools/cli/command.hpp"
#include "tools/cli/output.hpp"
#include "tools/report/reporter.hpp"

namespace cli {
namespace {

// Wrong usage; the message names what was written and the remedy.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::string did_you_mean(std::string_view written, const std::vector<std::string_view>& known) {
  const std::string_view near = models::nearest(written, known);
  return near.empty() ? std::string() : fmt::format("; did you mean '{}'?", near);
}

void require_known(std::string_view what, const std::string& written, const std::vector<std::string_view>& known) {
  if (std::find(known.begin(), known.end(), written) != known.end()) return;
  throw UsageError(fmt::format("unknown {} '{}'{} (known: {})", what, written, did_you_mean(written, known),
                               fmt::join(known, ", ")));
}

std::vector<std::string_view> to_vector(std::span<const std::string_view> names) { return {names.begin(), names.end()}; }

std::vector<std::string_view> format_names() {
  std::vector<std::string_view> names;
  for (const report::Format& format : report::formats()) names.push_back(format.name);
  return names;
}

std::string format_help() {
  std::string text = "How the results on stdout look:";
  for (const report::Format& format : report::formats()) text += fmt::format("\n{} ({})", format.name, format.help);
  return text;
}

// Text that a shell would read back as the same command.
std::string command_line(int argc, const char* const* argv) {
  std::string text = "forkcast";
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool plain = !word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                               "0123456789_-+=./,:%@") == std::string::npos;
    text += ' ';
    if (plain) {
      text += word;
      continue;
    }
    text += '\'';
    for (const char character : word) text += character == '\'' ? std::string("'\\''") : std::string(1, character);
    text += '\'';
  }
  return text;
}

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
        "Exit status: 0 done, 1 an expectation failed, 2 wrong usage or scenario, 130 interrupted.");
    add_run();
    add_lint();
    add_rest();
  }

  Parsed parse(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
      if (app_.get_subcommands().empty()) {
        reject_extras(app_, true);
        return {std::nullopt, print(app_.help())};
      }
      CLI::App& command = *app_.get_subcommands().front();
      reject_extras(app_, false);
      reject_extras(command, false);
      return {chosen(command, command_line(argc, argv)), done};
    } catch (const CLI::CallForVersion&) {
      return {std::nullopt, print("forkcast " FORKCAST_VERSION "\n")};
    } catch (const CLI::Success&) {
      const std::vector<CLI::App*> commands = app_.get_subcommands();
      return {std::nullopt, print(commands.empty() ? app_.help() : commands.front()->help("forkcast"))};
    } catch (const CLI::ParseError& error) {
      return wrong(error.what());
    } catch (const UsageError& error) {
      return wrong(error.what());
    }
  }

 private:
  CLI::App& add(const std::string& name, const std::string& help, const std::string& examples) {
    CLI::App& command = *app_.add_subcommand(name, help);
    command.allow_extras();
    command.footer("Examples:\n" + examples);
    return command;
  }

  void add_run() {
    CLI::App& command = add("run", "Simulate every deployment of a scenario and compare them",
                            "  forkcast run web.yaml\n"
                            "  forkcast run web.yaml --set service.load=500/s --format csv > web.csv\n"
                            "  forkcast run web.yaml --check --quiet --export web.json --export web.md\n"
                            "  forkcast init --template web - | forkcast run -");
    command.add_option("FILE", run_.files, "Scenarios; - is stdin");
    // One value a flag: a list would swallow the files that follow it.
    command.add_option("--set", settings_, "Replace a parameter, for example service.load=300/s; repeatable")
        ->type_name("PATH=VALUE")->allow_extra_args(false);
    command.add_option("--seed", seed_, "Seed of all random numbers; the scenario's or 1")->type_name("N");
    command.add_option("--precision", precision_, "Replicate until intervals are this narrow, for example 1%")
        ->type_name("SHARE");
    command.add_option("--replications", replications_, "Exactly so many replications instead of by precision")
        ->type_name("N");
    command.add_option("--jobs", run_.jobs, "Threads to simulate with, 0: one a core; results do not depend on it")
        ->type_name("N")->check(CLI::Range(0, 4096));
    command.add_option("--format", run_.format, format_help())->type_name("NAME")->capture_default_str();
    command.add_option("--export", run_.exports,
                       "Also write FILE, its ending says how (.txt .md .csv .json); - is stdout; repeatable")
        ->type_name("FILE")->allow_extra_args(false);
    command.add_flag("--check", run_.check, "Judge the scenario's expect block; exit 1 when a claim fails");
    command.add_flag("--quiet", run_.quiet, "On stderr only errors and failed expectations");
    command.add_flag("--wide", run_.wide, "Every metric in the table");
  }

  void add_lint() {
    CLI::App& command = add("lint", "Check scenarios and profiles without running them",
                            "  forkcast lint web.yaml app.profile.yaml\n"
                            "  forkcast lint --format json web.yaml");
    command.add_option("FILE", lint_.files, "Scenarios or profiles; - is stdin");
    command.add_option("--format", lint_format_, "text or json")->type_name("NAME")->capture_default_str();
  }

  void add_rest() {
    add("explain", "Say what a parameter or a metric means",
        "  forkcast explain\n  forkcast explain service.load\n  forkcast explain latency_p99")
        .add_option("PATH", explain_.path, "Dotted path of a parameter; none: the top level");
    add("list", "List the names that a scenario may use", "  forkcast list\n  forkcast list servers")
        .add_option("KIND", list_.kind, fmt::format("One of {}; none: all", fmt::join(list_kinds(), ", ")));
    add("schema", "Print a JSON Schema, for editors and programs", "  forkcast schema scenario > scenario.schema.json")
        .add_option("KIND", schema_.kind, fmt::format("One of {}; none: scenario", fmt::join(schema_kinds(), ", ")));
    CLI::App& command = add("init", "Write a scenario to start from",
                            "  forkcast init\n  forkcast init --template compare gil.yaml");
    command.add_option("--template", init_.kind, fmt::format("One of {}", fmt::join(template_names(), ", ")))
        ->type_name("NAME");
    command.add_option("FILE", init_.file, "What to write, scenario.yaml when absent; - is stdout");
  }

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
      for (const CLI::App* command : app_.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(command->get_name());
      }
      known.assign(names.begin(), names.end());
      throw UsageError(fmt::format("unknown command '{}'{}", extra, did_you_mean(extra, known)));
    }
  }

  Arguments chosen(const CLI::App& command, std::string line) {
    const std::string& name = command.get_name();
    if (name == "run") {
      require_known("format", run_.format, format_names());
      if (run_.files.empty()) throw UsageError("run needs a scenario; `forkcast init` writes one to start from");
      // A flag is one more --set, the last word of the user.
      run_.settings = settings_;
      for (const auto& [path, value] : {std::pair{"run.seed", &seed_}, std::pair{"run.precision", &precision_},
                                        std::pair{"run.replications", &replications_}}) {
        if (!value->empty()) run_.settings.push_back(fmt::format("{}={}", path, *value));
      }
      run_.command_line = std::move(line);
      return run_;
    }
    if (name == "lint") {
      require_known("format", lint_format_, {"text", "json"});
      if (lint_.files.empty()) throw UsageError("lint needs a scenario or a profile");
      lint_.json = lint_format_ == "json";
      return lint_;
    }
    if (name == "explain") return explain_;
    if (name == "list") {
      if (!list_.kind.empty()) require_known("list", list_.kind, to_vector(list_kinds()));
      return list_;
    }
    if (name == "schema") {
      if (schema_.kind.empty()) schema_.kind = schema_kinds().front();
      require_known("schema", schema_.kind, to_vector(schema_kinds()));
      return schema_;
    }
    if (init_.kind.empty()) init_.kind = template_names().front();
    require_known("template", init_.kind, to_vector(template_names()));
    if (init_.file.empty()) init_.file = "scenario.yaml";
    return init_;
  }

  Parsed wrong(const std::string& message) const {
    complain(message);
    const std::vector<const CLI::App*> commands = app_.get_subcommands([](const CLI::App* one) { return one->parsed(); });
    tell(fmt::format("See forkcast {}--help.", commands.empty() ? "" : commands.front()->get_name() + " "));
    return {std::nullopt, refused};
  }

  CLI::App app_{"Should this service run as processes, threads or an event loop, and what does that cost?"};
  RunArguments run_;
  std::vector<std::string> settings_;
  std::string seed_;
  std::string precision_;
  std::string replications_;
  LintArguments lint_;
  std::string lint_format_ = "text";
  ExplainArguments explain_;
  ListArguments list_;
  SchemaArguments schema_;
  InitArguments init_;
};

}  // namespace

Parsed parse(int argc, const char* const* argv) { return CommandLine().parse(argc, argv); }

}  // namespace cli
