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
  std::string host;                // host profile that the profile shall refer to, relative to it
  std::string export_file;
  std::string format = "table";    // table, json or yaml
  bool quick = false;
  bool quiet = false;
};

// The exit code of the program. command_line: for the record.
int profile_kernel(const ProfileKernelArguments& arguments, const std::string& command_line);

}  // namespace cli
