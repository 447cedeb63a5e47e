// SPDX-License-Identifier: MIT
#include "models/fields/units.hpp"

#include <array>

namespace models {
namespace {

constexpr std::array<Unit, 7> time_units{{{"ns", 1, 1e9},
                                          {"us", 1, 1e6},
                                          {"ms", 1, 1e3},
                                          {"s", 1, 1},
                                          {"min", 60, 1},
                                          {"h", 3600, 1},
                                          {"d", 86400, 1}}};
constexpr double kibi = 1024.0;
constexpr std::array<Unit, 17> byte_units{{{"B", 1, 1},
                                           {"k", 1e3, 1},
                                           {"kB", 1e3, 1},
                                           {"M", 1e6, 1},
                                           {"MB", 1e6, 1},
                                           {"G", 1e9, 1},
                                           {"GB", 1e9, 1},
                                           {"T", 1e12, 1},
                                           {"TB", 1e12, 1},
                                           {"Ki", kibi, 1},
                                           {"KiB", kibi, 1},
                                           {"Mi", kibi* kibi, 1},
                                           {"MiB", kibi* kibi, 1},
                                           {"Gi", kibi* kibi* kibi, 1},
                                           {"GiB", kibi* kibi* kibi, 1},
                                           {"Ti", kibi* kibi* kibi* kibi, 1},
                                           {"TiB", kibi* kibi* kibi* kibi, 1}}};
constexpr std::array<Unit, 3> rate_units{{{"/s", 1, 1}, {"/min", 1, 60}, {"/h", 1, 3600}}};
constexpr std::array<Unit, 2> core_units{{{"", 1, 1}, {"m", 1, 1e3}}};
constexpr std::array<Unit, 2> fraction_units{{{"", 1, 1}, {"%", 1, 100}}};
constexpr std::array<Unit, 1> no_units{{{"", 1, 1}}};

}  // namespace

std::span<const Unit> units(Kind kind) {
  switch (kind) {
    case Kind::duration:
      return time_units;
    case Kind::bytes:
      return byte_units;
    case Kind::rate:
      return rate_units;
    case Kind::cores:
      return core_units;
    case Kind::fraction:
      return fraction_units;
    default:
      return no_units;
  }
}

std::string_view unit_suffix(Kind kind) {
  switch (kind) {
    case Kind::duration:
      return "_s";
    case Kind::bytes:
      return "_bytes";
    case Kind::rate:
      return "_per_s";
    case Kind::cores:
      return "_cores";
    case Kind::price:
      return "_per_h";
    default:
      return "";
  }
}

}  // namespace models
