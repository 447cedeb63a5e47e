// SPDX-License-Identifier: MIT
// The whole interface of a native kernel. Compile one function into a shared object,
//
//   #include "tools/kernels/kernel.hpp"
//   extern "C" void forkcast_kernel(unsigned sequence) { ...the work of one request... }
//
//   c++ -O2 -shared -fPIC -I. kernel.cpp -o kernel.so && forkcast profile --library ./kernel.so
//
// It is called from several threads at once, with 0, 1, 2, ... in each.
#pragma once

extern "C" void forkcast_kernel(unsigned sequence);
