// SPDX-License-Identifier: MIT
// What a scenario says about a fleet: how many replicas an autoscaler may run, by which rule, and the load of the day.
// Defaults are those of Kubernetes' HorizontalPodAutoscaler (docs: Horizontal Pod Autoscaling; API autoscaling/v2).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/fields/field.hpp"
#include "models/fields/quantity.hpp"

namespace models {

// A point of the daily curve; between two points the rate is linear.
struct DayPoint {
  Duration at;
  Rate load;
};

template <class Table>
void describe(Table& table, const DayPoint*) {
  table("at", &DayPoint::at, "Time since the day began.", required, between(0, 1e7), Example{"8h"});
  table("load", &DayPoint::load, "Rate at which requests arrive at the whole service then.", required, Example{"700/s"});
}

struct Autoscale {
  std::optional<Count> max;            // absent: there is no autoscaler
  Count min = 1;
  Fraction target_cpu{0.8};            // CPU used over CPU requested, averaged over the ready replicas
  Fraction tolerance{0.1};
  Duration sync{15.0};
  Duration metrics{15.0};
  Duration cpu_initialization{300.0};
  Duration stabilize_up{0.0};
  Duration stabilize_down{300.0};
  Count add_pods = 4;
  Fraction add_share{1.0};
  Duration add_every{15.0};            // the API's text says 60 s, its code and the documentation 15 s
  Duration image_start{5.0};
  Duration probe{10.0};
  std::vector<DayPoint> day;           // ascending; empty: service.load gives the day
  std::optional<std::string> trace;    // CSV file of time and rate, relative to the scenario file
  std::vector<DayPoint> trace_points;  // filled by the reader from `trace`, ascending, not a YAML field
};

template <class Table>
void describe(Table& table, const Autoscale*) {
  table.at_most_one_of({"day", "trace"});
  table("max", &Autoscale::max, "Most replicas that the autoscaler may run.", between(1, 4096), Example{"20"});
  table("min", &Autoscale::min, "Fewest replicas.", between(1, 4096), Needs{"max"});
  table("target_cpu", &Autoscale::target_cpu,
        "CPU use that it aims at, as a share of the CPU request; counted in whole percent.", between(0.01, 10), Needs{"max"});
  table("tolerance", &Autoscale::tolerance, "Nothing changes while use is this near to the target.", between(0, 1),
        Needs{"max"});
  table("sync", &Autoscale::sync, "Time from one decision to the next.", between(1, 3600), Needs{"max"});
  table("metrics", &Autoscale::metrics, "Time over which CPU use is averaged, and from one sample to the next.",
        between(1, 3600), Needs{"max"});
  table("cpu_initialization", &Autoscale::cpu_initialization,
        "A younger replica counts from its first whole interval of being ready, an older one as soon as it is ready: "
        "--horizontal-pod-autoscaler-cpu-initialization-period.",
        between(0, 3600), Needs{"max"});
  table("stabilize_up", &Autoscale::stabilize_up, "It grows only to the least that was wanted in this time.",
        between(0, 3600), Needs{"max"});
  table("stabilize_down", &Autoscale::stabilize_down, "It shrinks only to the most that was wanted in this time.",
        between(0, 3600), Needs{"max"});
  table("add_pods", &Autoscale::add_pods, "It may add so many replicas in `add_every`, or `add_share` if that is more.",
        between(0, 4096), Needs{"max"});
  table("add_share", &Autoscale::add_share, "Share of the replicas that it may add in `add_every`.", between(0, 100),
        Needs{"max"});
  table("add_every", &Autoscale::add_every, "Period of `add_pods` and `add_share`.", between(1, 1800), Needs{"max"});
  table("image_start", &Autoscale::image_start,
        "Time from the decision until the container runs: scheduling, image, start. Spawning the workers comes on top, "
        "as measured.",
        between(0, 3600), Needs{"max"});
  table("probe", &Autoscale::probe, "Period of the readiness probe: a replica serves from the first one it answers.",
        above_up_to(0, 3600), Needs{"max"});
  table("day", &Autoscale::day, "Load of the whole service over 24 hours, linear between points; absent: service.load.",
        between(1, 1000), Needs{"max"}, Example{"[{at: 0h, load: 90/s}, {at: 12h, load: 900/s}]"});
  table("trace", &Autoscale::trace,
        "CSV file with a time in seconds and a rate per second in each line, relative to the file that names it.",
        Needs{"max"}, Example{"monday.csv"});
}

}  // namespace models
