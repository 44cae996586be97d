#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/reports/report.hpp"

namespace holdfast::agent {

// What is known of a host that a report has no members for.
struct Troubles {
  std::vector<std::string> failed_units;
  std::vector<std::string> sentences;         // without a full stop: "/mnt/nas does not answer"
  std::map<std::string, std::string> drives;  // that no disk of the report lies on: what SMART says of them, by name
};

// Fills `health` and `issues` from the rest of the report and from `troubles`: what is grave comes first, each issue is
// one sentence without a full stop.
void judge_health(core::Report& report, const Troubles& troubles);

}  // namespace holdfast::agent
