#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/reports/report.hpp"
#include "probes/containers/container_engines.hpp"
#include "probes/depth.hpp"
#include "probes/disks/disk_watch.hpp"
#include "probes/disks/io_counters.hpp"
#include "probes/disks/smart.hpp"
#include "probes/disks/writable_watch.hpp"
#include "probes/host_paths.hpp"
#include "probes/host_reading.hpp"
#include "probes/system/health.hpp"
#include "probes/system/own_backups.hpp"
#include "runtime/async/clock.hpp"
#include "runtime/async/errands.hpp"

namespace holdfast::agent {

// Finds out what this host is like. Each probe has a time limit of its own, and they run side by side: one that fails
// or hangs leaves its part of the report out, and delays nothing beyond its limit. Lives on the loop's thread.
class HostProbes {
 public:
  struct Options {
    HostPaths paths;
    DiskWatch::Options disks;
    SmartWatch::Options smart;
    ContainerEngines::Options containers;
    std::string systemctl = "systemctl";
    std::chrono::milliseconds time_limit{5'000};  // for the kernel's files, and for systemctl
    std::chrono::milliseconds cpu_sample{
        1'000};  // between the first two looks at the processors; later, since the last
  };

  // `backups` outlives it.
  HostProbes(runtime::Loop& loop, const runtime::Clock& clock, const OwnBackups& backups, Options options);

  // A whole report; with Depth::Health only what health is judged by is sure to be in it. One at a time.
  runtime::Task<core::Report> gather(Depth depth);

 private:
  // What the probes of one gathering found.
  struct Findings {
    std::optional<HostReading> host;
    std::vector<DiskAnswer> disks;  // one for each of the host's
    std::optional<IoRate> network;
    std::optional<IoRate> disk_io;
    std::optional<double> cpu_percent;
    EnginesAnswer engines;
    std::optional<std::vector<std::string>> failed_units;
  };

  runtime::Task<> look_at_host(Findings& findings, Depth depth);
  runtime::Task<> look_at_disks(Findings& findings);
  runtime::Task<> look_at_smart(const Findings& findings);
  runtime::Task<> look_at_processors(Findings& findings);
  void note_io(Findings& findings);
  runtime::Task<> look_at_containers(Findings& findings, Depth depth);
  runtime::Task<> look_at_units(Findings& findings);

  core::Report make_report(Findings findings);
  Troubles find_troubles(Findings& findings);
  core::SystemReport make_system(const Findings& findings) const;
  std::vector<core::DiskReport> make_disks(const Findings& findings) const;

  // Constant after construction.
  runtime::Loop& loop_;
  const runtime::Clock& clock_;
  const OwnBackups& backups_;
  Options options_;

  struct PastIo {
    IoReading reading;
    std::chrono::steady_clock::time_point at;
  };

  std::optional<CpuTimes> last_cpu_;
  std::optional<PastIo> last_io_;  // when a whole report was made
  WritableWatch writable_;
  DiskWatch disks_;
  SmartWatch smart_;
  ContainerEngines containers_;
  runtime::Errands errands_;
};

}  // namespace holdfast::agent
