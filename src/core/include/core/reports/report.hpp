#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"

// What a node says of its health at one moment. Everything but the customer may be missing: what is not known is
// absent, never 0. Sizes in bytes, percentages 0 to 100.
namespace holdfast::core {

enum class Health { Ok, Warn, Fail };

std::string_view to_text(Health health);  // "ok", "warn", "fail"
std::optional<Health> parse_health(std::string_view text);

struct Space {
  std::optional<std::uint64_t> total_bytes;
  std::optional<std::uint64_t> used_bytes;
  std::optional<double> percent;

  bool operator==(const Space&) const = default;
  // As said, or else of used and total; 0 to 100, nothing when neither makes sense.
  std::optional<double> used_percent() const;
};

struct CpuReport {
  std::optional<double> percent;  // of all cores together
  std::optional<std::uint64_t> cores;
  std::optional<std::array<double, 3>> load;
  std::optional<double> temperature_celsius;

  bool operator==(const CpuReport&) const = default;
};

struct DiskReport {
  std::string mount;
  std::string device;
  std::string label;
  std::string uuid;
  std::string fstype;
  Space space;
  std::optional<double> inodes_percent;
  bool read_only = false;    // nothing can be written to it, so that it may be as full as it likes
  std::string smart_status;  // "passed", "failing", …; "unknown": asked in vain; empty: not asked

  bool operator==(const DiskReport&) const = default;
};

// What went through all network interfaces, in bytes a second since the report before.
struct NetworkReport {
  std::optional<double> received_bytes_per_second;
  std::optional<double> sent_bytes_per_second;

  bool operator==(const NetworkReport&) const = default;
};

// The same of all disks.
struct DiskIoReport {
  std::optional<double> read_bytes_per_second;
  std::optional<double> written_bytes_per_second;

  bool operator==(const DiskIoReport&) const = default;
};

struct SystemReport {
  std::string hostname;
  std::string os;
  std::string kernel;
  std::string arch;
  std::optional<std::uint64_t> uptime_seconds;
  std::optional<Time> boot_time;
  CpuReport cpu;
  Space memory;
  Space swap;
  NetworkReport network;
  DiskIoReport disk_io;
  std::vector<DiskReport> disks;

  bool operator==(const SystemReport&) const = default;
};

struct ContainerReport {
  std::string name;
  std::string user;  // whose engine it belongs to; empty: the host's
  std::string image;
  std::string state;                       // "running", "exited", …
  std::string health;                      // "healthy", "unhealthy", …; empty: it has no check
  std::optional<std::uint64_t> exit_code;  // of one that has ended
  std::optional<std::uint64_t> restarts;
  std::optional<double> cpu_percent;
  std::optional<std::uint64_t> memory_bytes;

  bool operator==(const ContainerReport&) const = default;
};

// What tells it from every other container of the host: "alice/web".
std::string full_name(const ContainerReport& container);

// Failed: it ended by itself, and not well. One that was told to stop did not.
enum class ContainerTrouble { None, Unhealthy, Restarting, Failed };
ContainerTrouble trouble_of(const ContainerReport& container);

struct ContainersReport {
  std::optional<std::uint64_t> total;
  std::optional<std::uint64_t> running;
  std::optional<std::uint64_t> unhealthy;
  std::vector<ContainerReport> items;

  bool operator==(const ContainersReport&) const = default;
};

// What the node knows of its own backups.
struct BackupReport {
  std::optional<Time> last_run;
  std::string last_status;  // the node's own word: "success", "partial", "failed", …
  std::optional<std::uint64_t> age_seconds;
  std::optional<std::uint64_t> snapshot_count;
  std::optional<std::uint64_t> repository_size_bytes;
  std::optional<Time> next_run;

  bool operator==(const BackupReport&) const = default;
};

struct Report {
  std::string customer_id;  // a customer's slug
  std::string host;         // as the node calls itself; empty: the customer has one host, named like itself
  std::optional<Time> timestamp;
  std::string controller_version;
  std::optional<Health> health;
  std::vector<std::string> issues;
  std::optional<SystemReport> system;
  std::optional<ContainersReport> containers;
  std::optional<BackupReport> backup;
  std::string config_hash;

  bool operator==(const Report&) const = default;
};

// How a backup ended, as far as the many words that nodes use for it tell; case and blanks do not matter.
enum class BackupWord { Good, Partial, Failed, Running, Unknown };
BackupWord read_backup_word(std::string_view last_status);

// The figures of a report that lists, graphs and the status need. Whatever the report says: percentages are 0 to 100,
// no number is NaN, counts fit a signed 64-bit column, texts have at most 255 bytes; what makes no sense is absent.
struct ReportFigures {
  std::optional<Health> health;
  std::string issue;  // the first one
  std::size_t issues = 0;
  std::optional<double> cpu_percent;
  std::optional<double> memory_percent;
  std::optional<double> swap_percent;
  std::optional<double> load;  // of one minute
  std::optional<double> temperature_celsius;
  std::optional<double> disk_percent;            // of the fullest disk; images that are only read do not count
  std::string disk_mount;                        // which one that is
  std::optional<std::uint64_t> disk_used_bytes;  // of all disks together, each file system once
  std::optional<std::uint64_t> disk_total_bytes;
  std::optional<std::uint64_t> containers;  // as the node counted, or else as its list says
  std::optional<std::uint64_t> containers_running;
  std::optional<std::uint64_t> containers_unhealthy;
  std::optional<std::uint64_t> containers_troubled;  // unhealthy, restarting, or ended though nobody stopped them
  std::string troubled_containers;                   // the first of their names
  // The last good one, by last_run or age_seconds, which one that could not read all is not; never after the report.
  std::optional<Time> backup_at;
  std::optional<Time> backup_run_at;  // the last one, whatever became of it; never after the report
  std::string backup_status;          // how that ended
  std::optional<Time> backup_next;
  std::optional<std::uint64_t> snapshots;
  std::optional<std::uint64_t> repository_bytes;
  std::optional<std::uint64_t> uptime_seconds;

  bool operator==(const ReportFigures&) const = default;
};

// Whether the report said anything of backups.
bool speaks_of_backups(const ReportFigures& figures);

// `at`: when the report was made; ages count from there. A report with another timestamp was made by a clock that is
// wrong: its other times are put right by the difference.
ReportFigures figures_of(const Report& report, Time at);

}  // namespace holdfast::core
