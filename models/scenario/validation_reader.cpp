// SPDX-License-Identifier: MIT
#include "models/scenario/validation_reader.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/fields/spelling.hpp"
#include "models/scenario/document.hpp"
#include "models/scenario/sources.hpp"
#include "models/scenario/tables.hpp"
#include "models/scenario/typed_reader.hpp"

namespace models {

namespace {

// Null stands for a field that is not there; a list of values for a record with each of them, the first list varying
// slowest. Nothing when that would be more than `most` records.
std::optional<std::vector<YamlNode>> spelt_out(const YamlNode& written, const Record& record, std::size_t most) {
  std::vector<YamlNode> made{written};
  made.front().children.clear();
  for (const YamlNode& child : written.children) {
    const Field* field = record.find(child.key);
    const bool varies = field && field->one_or_more;
    std::vector<YamlNode> values;
    if (varies && child.shape == YamlNode::Shape::list && !child.children.empty()) {
      for (YamlNode value : child.children) {
        value.key = child.key;
        value.key_place = child.key_place;
        values.push_back(std::move(value));
      }
    } else {
      values.push_back(child);
    }
    if (made.size() * values.size() > most) return std::nullopt;
    std::vector<YamlNode> longer;
    for (const YamlNode& before : made) {
      for (const YamlNode& value : values) {
        YamlNode& one = longer.emplace_back(before);
        if (!(varies && value.written_null)) one.children.push_back(value);
      }
    }
    made = std::move(longer);
  }
  return made;
}

bool spell_out_cases(YamlNode& root, Diagnostics& diagnostics) {
  YamlNode* cases = root.find("cases");
  if (!cases || cases->shape != YamlNode::Shape::list) return true;
  const Record& record = *validation_table().find("cases")->type->element->record;
  std::vector<YamlNode> all;
  for (const YamlNode& written : cases->children) {
    auto made = written.shape == YamlNode::Shape::map ? spelt_out(written, record, most_cases - all.size())
                                                      : std::vector<YamlNode>{written};
    if (!made || all.size() == most_cases) {
      diagnostics.error(written.place, "there are more than " + std::to_string(most_cases) + " cases",
                        "every combination of the lists in an entry is a case", "cases");
      return false;
    }
    all.insert(all.end(), made->begin(), made->end());
  }
  cases->children = std::move(all);
  return true;
}

class PlanCheck {
 public:
  PlanCheck(const YamlNode& root, ValidationPlan& plan, Diagnostics& diagnostics)
      : root_(root), plan_(plan), diagnostics_(diagnostics) {}

  void all() {
    subjects();
    const YamlNode* cases = root_.find("cases");
    if (!cases && plan_.runs.empty()) {
      diagnostics_.error(root_.key_place, "the plan has neither 'cases' to measure nor 'runs' to replay",
                         "add 'cases: [{subject: " + plan_.subjects.front().name + "}]'", "cases");
      return;
    }
    if (!cases) return;
    for (std::size_t i = 0; i < plan_.cases.size(); ++i) subject_of(plan_.cases[i], cases->children[i]);
    for (std::size_t i = 0; i < plan_.cases.size(); ++i) capacity_of(plan_.cases[i], cases->children[i]);
  }

 private:
  static const Place& place(const YamlNode& node, std::string_view key) {
    const YamlNode* child = node.find(key);
    return child ? child->value_place() : node.key_place;
  }

  void subjects() {
    const YamlNode* subjects = root_.find("subjects");
    for (ValidationSubject& subject : plan_.subjects) {
      const YamlNode& node = *subjects->find(subject.name);
      if (subject.group.empty()) subject.group = subject.name;
      if (const YamlNode* profile = node.find("profile")) {
        subject.profile = relative_to(*profile->place.source, subject.profile);
      }
      if (subject.command.empty()) continue;
      if (subject.command.find("{port}") == std::string::npos) {
        diagnostics_.error(place(node, "command"), "the command does not say where {port} goes",
                           "the server must listen on 127.0.0.1:{port}", "subjects.command");
      }
      if (subject.kernels.empty()) {
        diagnostics_.error(node.key_place, "'kernels' is missing in " + in_quotes(subject.name),
                           "add 'kernels: {json: /json}'", "subjects.kernels");
      }
    }
  }

  void subject_of(PlannedCase& one, const YamlNode& node) {
    const auto subject = std::find_if(plan_.subjects.begin(), plan_.subjects.end(),
                                      [&](const ValidationSubject& s) { return s.name == one.subject; });
    if (subject == plan_.subjects.end()) {
      std::vector<std::string_view> known;
      for (const ValidationSubject& s : plan_.subjects) known.push_back(s.name);
      diagnostics_.error(place(node, "subject"), "there is no subject " + in_quotes(one.subject),
                         did_you_mean(one.subject, known), "subjects");
      return;
    }
    if (subject->command.empty()) {
      diagnostics_.error(place(node, "subject"), in_quotes(one.subject) + " has no command, so it cannot be measured",
                         {}, "subjects.command");
      return;
    }
    varies(*subject, "{processes}", one.processes > 1, node, "processes");
    varies(*subject, "{threads}", one.threads > 1, node, "threads");
    varies(*subject, "{preload}", one.preload, node, "preload");
    if (one.kernel.empty() && subject->kernels.size() == 1) one.kernel = subject->kernels.front().kernel;
    const bool known = std::any_of(subject->kernels.begin(), subject->kernels.end(),
                                   [&](const KernelRequest& kernel) { return kernel.kernel == one.kernel; });
    if (known || subject->kernels.empty()) return;
    std::vector<std::string_view> names;
    for (const KernelRequest& kernel : subject->kernels) names.push_back(kernel.kernel);
    if (one.kernel.empty()) {
      diagnostics_.error(node.key_place, "'kernel' is missing, and " + in_quotes(one.subject) + " has several",
                         did_you_mean({}, names), "cases.kernel");
    } else {
      diagnostics_.error(place(node, "kernel"), in_quotes(one.subject) + " has no kernel " + in_quotes(one.kernel),
                         did_you_mean(one.kernel, names), "subjects.kernels");
    }
  }

  void varies(const ValidationSubject& subject, const std::string& slot, bool asked, const YamlNode& node,
              std::string_view key) {
    if (!asked || subject.command.find(slot) != std::string::npos) return;
    diagnostics_.error(place(node, key), "the command of " + in_quotes(subject.name) + " has no " + slot,
                       "without it the server cannot vary its " + std::string(key), "subjects.command");
  }

  void capacity_of(const PlannedCase& one, const YamlNode& node) {
    if (!one.rate_of_capacity) return;
    const bool measured = std::any_of(plan_.cases.begin(), plan_.cases.end(), [&](const PlannedCase& other) {
      return !other.rate && !other.rate_of_capacity && same_deployment(one, other);
    });
    if (measured) return;
    diagnostics_.error(place(node, "rate_of_capacity"), "the capacity of this deployment is not measured",
                       "add a case of the same deployment without a rate", "cases.rate_of_capacity");
  }

  const YamlNode& root_;
  ValidationPlan& plan_;
  Diagnostics& diagnostics_;
};

std::optional<ValidationPlan> finish(const std::string& file, YamlNode root, std::size_t errors_before,
                                     Diagnostics& diagnostics) {
  if (!spell_out_cases(root, diagnostics)) return std::nullopt;
  ValidationPlan plan;
  plan.file = file;
  TypedReader(diagnostics).read(validation_table(), root, &plan, {});
  if (diagnostics.errors() > errors_before) return std::nullopt;
  if (const YamlNode* runs = root.find("runs")) plan.runs = relative_to(*runs->place.source, plan.runs);
  PlanCheck(root, plan, diagnostics).all();
  if (diagnostics.errors() > errors_before) return std::nullopt;
  return plan;
}

}  // namespace

std::optional<ValidationPlan> read_validation_plan(const std::string& file, Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  Sources sources;
  auto root = sources.load(file, nullptr, diagnostics);
  if (!root) return std::nullopt;
  return finish(file, std::move(*root), errors_before, diagnostics);
}

std::optional<ValidationPlan> parse_validation_plan(const std::string& name, const std::string& text,
                                                    Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.errors();
  Sources sources;
  auto clean = clean_text(name, text, diagnostics);
  if (!clean) return std::nullopt;
  auto root = parse_yaml(sources.add(Source(name, std::move(*clean))), diagnostics);
  if (!root) return std::nullopt;
  return finish(name, std::move(*root), errors_before, diagnostics);
}

}  // namespace models
