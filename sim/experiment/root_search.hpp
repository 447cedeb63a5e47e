// SPDX-License-Identifier: MIT
// Up to which x does an experiment hold with probability p? Replication k is run with the same random numbers at every
// x, so it holds up to an x of its own, X_k, and no further. The X_k are independent and alike, and the answer is their
// (1 - p)-quantile: the highest x with P(X_k >= x) >= p.
//
// Interval: with n replications B = #{X_k < root} is binomial(n, 1 - p), whatever the law of X_k, so the ordered X_(l)
// and X_(u) enclose the root with probability P(l <= B < u) (David, Nagaraja, Order Statistics, 2003, 7.1).
//
// Only the few X_k around rank (1 - p) n are located: a level x is probed with every replication of which it is not
// known yet on which side of it X_k lies, and most are told apart at the first level. Brackets of X_k keep their
// invariant lo_k <= X_k < hi_k also where a replication is not monotone in x; its X_k then is one of its crossings.
//
// An experiment may tell by how much it holds or fails. Margins that change about alike with x say where the X_k are
// likely to be, hence which level to try and which replications are worth asking first. That is all they do: ends of the
// interval are levels at which so many replications were seen to hold or to fail.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace sim {

// What lies half way between two points, and how far they are apart: b - a, b / a - 1, or b / a - 1 of whole numbers.
enum class Axis { linear, logarithmic, whole };

struct RootQuestion {
  Axis axis = Axis::logarithmic;
  double start = 1.0;               // where to look first, within the bounds
  double lowest = 0.0;              // > 0 unless the axis is linear
  double highest = 1.0;
  double probability = 0.95;
  double precision = 0.02;          // half width to reach, in distance
  double level = 0.95;              // of the interval; 0: none is asked, counts may be small
  double step = 1.0;                // distance of the first step from `start`; later ones are twice as long each
  std::size_t pilots = 4;           // replications that find the region
  std::vector<std::size_t> counts{60, 90, 130, 180, 240};  // replications after which the width of the interval is judged
};

struct Probe {
  double x = 0.0;
  std::size_t replication = 0;
};

struct Root {
  enum class Place { below, within, above };   // of the bounds: no x holds, or all that were tried do
  Place place = Place::within;
  double value = 0.0;               // `lowest` or `highest` outside
  double low = 0.0;                 // ends of the interval
  double high = 0.0;
  bool precise = false;
  std::size_t probes = 0;           // spent
};

// By how much each of the probes holds, in their order: negative where it fails, infinite where nobody can say how much.
// Any number of threads may work on a batch.
using Margins = std::function<std::vector<double>(std::span<const Probe>)>;

Root find_root(const RootQuestion& question, const Margins& margins);

// The ranks (from 1) l < u between which P(l <= B < u) >= level for B binomial(count, share), as close together as can
// be; {1, count} when no two do.
struct Ranks {
  std::size_t low = 1;
  std::size_t high = 1;
  double coverage = 0.0;
};
Ranks quantile_ranks(std::size_t count, double share, double level);

}  // namespace sim
