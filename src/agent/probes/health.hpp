#pragma once

#include <string>
#include <vector>

#include "core/report.hpp"

namespace holdfast::agent {

// What is known of a host that a report has no members for.
struct Troubles {
  std::vector<std::string> failed_units;
  std::vector<std::string> disks;  // sentences without a full stop: "/mnt/nas does not answer"
};

// Fills `health` and `issues` from the rest of the report and from `troubles`: what is grave comes first, each issue is
// one sentence without a full stop.
void judge_health(core::Report& report, const Troubles& troubles);

}  // namespace holdfast::agent
