#pragma once

#include <optional>
#include <string>

#include "core/ids.hpp"
#include "core/reports/report.hpp"
#include "core/time.hpp"

// What the hub keeps of reports.
namespace holdfast::core {

// What the newest report of a host says, and of its backups the newest that said anything of them; the host's status
// lives beside it (core/hosts/fleet.hpp).
struct ReportState {
  HostId host;
  Time at;
  Time received_at;
  bool clock_ahead = false;
  std::optional<milliseconds> clock_behind;  // by how much
  std::string controller_version;
  std::string config_hash;
  ReportFigures figures;
};

// The same without their documents.
struct ReportMoment {
  Time at;
  Time received_at;
  bool clock_ahead = false;
  bool clock_behind = false;
};

struct Refusal {
  Time at;
  std::string why;  // a sentence

  bool operator==(const Refusal&) const = default;
};

}  // namespace holdfast::core
