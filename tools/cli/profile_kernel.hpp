// SPDX-License-Identifier: MIT
// profile --kernel: a function measured in process, without a server.
#pragma once

#include <string>

namespace cli {

struct ProfileKernelArguments {
  std::string kernel;              // module:function, file.py:function, or the name of a shipped one
  std::string library;             // or a shared object (tools/kernels/kernel.hpp)
  std::string python = "python3";
  std::string name;                // of the kernel in the profile; empty: the function's
  std::string export_file;         // of the profile; empty: stdout
  std::string report_file;         // of the fit as JSON; empty: none
  bool quick = false;
  bool quiet = false;
};

// The exit code of the program. command_line: for the record.
int profile_kernel(const ProfileKernelArguments& arguments, const std::string& command_line);

}  // namespace cli
