// SPDX-License-Identifier: MIT
// The harnesses on kernels whose character is known, by ratios that hold on a busy machine too.
#include <doctest/doctest.h>

#include <string>

#include "tests/temporary_folder.hpp"
#include "tools/kernels/catalogue.hpp"
#include "tools/kernels/fit.hpp"

namespace {

kernels::Target python(const std::string& kernel) {
  const std::string shipped = FORKCAST_SOURCE_DIR "/tools/kernels/kernels.py:";
  return {"k", kernel.find(':') == std::string::npos ? shipped + kernel : kernel, "/usr/bin/python3",
          FORKCAST_SOURCE_DIR "/tools/kernels/harness.py", ""};
}

std::string error_of(const kernels::Target& target) {
  try {
    kernels::run_threads(target, 1, 0.01);
  } catch (const kernels::KernelError& error) {
    return error.what();
  }
  return "none";
}

kernels::Fit quick_fit(const std::string& kernel) {
  kernels::Plan plan = kernels::Plan::quick({1, 2});
  plan.rounds = 1;
  plan.seconds = 0.1;
  return kernels::fit(kernels::measure(python(kernel), plan, [](double) {}, [] { return false; }), 2);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("hashing needs less of the lock than JSON, and releases it more often") {
  const kernels::Fit json = quick_fit("json_orders");
  const kernels::Fit sha = quick_fit("sha256_block");
  CHECK(json.lock);
  CHECK(json.cpu > 0.0);
  CHECK(sha.cpu > 0.0);
  CHECK(sha.lock_share < json.lock_share);
  CHECK(sha.releases > json.releases);
  CHECK(json.wait == 0.0);
  CHECK(json.request_memory > sha.request_memory);
  CHECK(json.process_anonymous > 0.0);
}

TEST_CASE("a sleeping kernel waits longer than it computes") {
  const kernels::Fit sleep = quick_fit("sleep");
  CHECK(sleep.wait > sleep.cpu);
  CHECK(sleep.releases >= 1.0);
}

TEST_CASE("every shipped Python kernel is there and runs") {
  for (const kernels::ShippedKernel& kernel : kernels::shipped_kernels()) {
    if (kernel.native) continue;
    CAPTURE(std::string(kernel.name));
    CHECK(kernels::run_threads(python(std::string(kernel.name)), 1, 0.01).calls >= 1.0);
  }
}

TEST_CASE("what is wrong with a kernel is said in its own words") {
  const TemporaryFolder folder;
  const std::string file = folder.file("bad.py", "def fails(sequence):\n    raise ValueError('no luck')\nnumber = 1\n");
  const std::string broken = folder.file("broken.py", "def f(:\n");
  const std::string dies = folder.file("dies.py", "import os\ndef f(sequence):\n    os._exit(5)\n");
  CHECK(error_of(python("no_such_module:f")) == "there is no module no_such_module for this interpreter");
  CHECK(error_of(python("gone.py:f")) == "there is no file gone.py");
  CHECK(has(error_of(python(file + ":absent")), "has no function absent"));
  CHECK(has(error_of(python(file + ":number")), "has no function number"));
  CHECK(error_of(python(file + ":fails")) == "the kernel raised ValueError: no luck (bad.py:2) on call 0");
  CHECK(has(error_of(python(broken + ":f")), "SyntaxError"));
  CHECK(has(error_of(python(dies + ":f")), "ended without a result"));
  kernels::Target nobody = python("json_orders");
  nobody.python = "no-such-python";
  CHECK(error_of(nobody) == "cannot start no-such-python: No such file or directory");
}

TEST_CASE("a library that is none, or has no kernel, is refused") {
  const TemporaryFolder folder;
  kernels::Target target;
  target.library = folder.path() + "gone.so";
  CHECK(has(error_of(target), "cannot be loaded"));
  target.library = folder.file("text.so", "not a library");
  CHECK(has(error_of(target), "cannot be loaded"));
}
