#include "core/reports/report.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace holdfast::core {
namespace {

using namespace std::chrono_literals;

// Figures go into lists and columns: what is longer than this is read in the document itself.
constexpr std::size_t kFigureText = 255;
constexpr std::uint64_t kMaxCount = std::numeric_limits<std::int64_t>::max();
constexpr double kMaxLoad = 1e6;
constexpr double kColdest = -273.15;
constexpr double kHottest = 1000;
// How far after its report a backup may lie: the report's time is taken before its contents are.
constexpr auto kRunAhead = 5min;
// An age and a time that differ by less speak of the same run.
constexpr auto kSameRun = 1min;

std::optional<double> percent_of(std::optional<double> value) {
  if (!value || !std::isfinite(*value)) return std::nullopt;
  return std::clamp(*value, 0.0, 100.0);
}

// Nothing when it cannot be true.
std::optional<double> sane(std::optional<double> value, double low, double high) {
  return value && *value >= low && *value <= high ? value : std::nullopt;
}

std::optional<std::uint64_t> count_of(std::optional<std::uint64_t> value) {
  return value ? std::optional(std::min(*value, kMaxCount)) : std::nullopt;
}

std::uint64_t sum_of(std::uint64_t a, std::uint64_t b) {
  return std::min(a, kMaxCount) + std::min(b, kMaxCount - std::min(a, kMaxCount));
}

std::string figure_text(std::string_view text) {
  return std::string(text::truncate_utf8(text, kFigureText));
}

// An image that can only be read is always full, and that is no news.
bool is_image(const DiskReport& disk) {
  constexpr std::string_view kImages[] = {"squashfs", "iso9660", "erofs", "cramfs", "udf"};
  return std::ranges::find(kImages, disk.fstype) != std::end(kImages);
}

// What tells two mounts of one file system from two file systems; empty when nothing does.
std::string_view disk_identity(const DiskReport& disk) {
  if (!disk.uuid.empty()) return disk.uuid;
  return disk.device.starts_with('/') ? std::string_view(disk.device) : std::string_view();
}

void add_fullness(const DiskReport& disk, ReportFigures& figures) {
  const auto percent = disk.space.used_percent();
  if (disk.read_only || !percent || (figures.disk_percent && *figures.disk_percent >= *percent)) return;
  figures.disk_percent = percent;
  figures.disk_mount = figure_text(disk.mount);
}

void add_bytes(const Space& space, ReportFigures& figures) {
  if (!space.total_bytes || !space.used_bytes) return;
  figures.disk_total_bytes = sum_of(figures.disk_total_bytes.value_or(0), *space.total_bytes);
  figures.disk_used_bytes =
      sum_of(figures.disk_used_bytes.value_or(0), std::min(*space.used_bytes, *space.total_bytes));
}

// Empty: it is no dataset of a ZFS pool.
std::string_view pool_of(const DiskReport& disk) {
  const std::string_view device = disk.device;
  return disk.fstype == "zfs" ? device.substr(0, device.find('/')) : std::string_view();
}

// The datasets of a pool share what is free in it, and each says that it has all of that.
void add_pools(const std::vector<DiskReport>& disks, ReportFigures& figures) {
  std::map<std::string_view, Space> pools;
  std::set<std::string_view> counted;
  for (const DiskReport& disk : disks) {
    const auto& [total, used, percent] = disk.space;
    if (pool_of(disk).empty() || !total || !used || !counted.insert(disk.device).second) continue;
    Space& pool = pools[pool_of(disk)];
    const std::uint64_t used_before = pool.used_bytes.value_or(0);
    const std::uint64_t free = std::max(pool.total_bytes.value_or(0) - used_before, *total - std::min(*used, *total));
    pool.used_bytes = sum_of(used_before, std::min(*used, *total));
    pool.total_bytes = sum_of(*pool.used_bytes, free);
  }
  for (const auto& [name, space] : pools) add_bytes(space, figures);
}

void add_disks(const std::vector<DiskReport>& disks, ReportFigures& figures) {
  std::set<std::string_view> counted;
  for (const DiskReport& disk : disks) {
    if (is_image(disk)) continue;
    add_fullness(disk, figures);
    const std::string_view identity = disk_identity(disk);
    if (!pool_of(disk).empty()) continue;
    if (identity.empty() || counted.insert(identity).second) add_bytes(disk.space, figures);
  }
  add_pools(disks, figures);
}

void add_system(const SystemReport& system, ReportFigures& figures) {
  figures.cpu_percent = percent_of(system.cpu.percent);
  figures.memory_percent = system.memory.used_percent();
  figures.swap_percent = system.swap.used_percent();
  if (system.cpu.load) figures.load = sane(system.cpu.load->front(), 0, kMaxLoad);
  figures.temperature_celsius = sane(system.cpu.temperature_celsius, kColdest, kHottest);
  figures.uptime_seconds = count_of(system.uptime_seconds);
  add_disks(system.disks, figures);
}

// In small or large letters.
bool is_word(std::string_view text, std::string_view word) {
  return std::ranges::equal(text, word, [](char c, char of) { return c == of || (c | 0x20) == of; });
}

bool has_ended(const ContainerReport& container) {
  return is_word(container.state, "exited") || is_word(container.state, "stopped");
}

// One that has ended counts where its exit code is not known: nobody has said that it should.
bool is_troubled(const ContainerReport& container) {
  return trouble_of(container) != ContainerTrouble::None || (has_ended(container) && !container.exit_code);
}

void add_troubled_containers(const ContainersReport& containers, ReportFigures& figures) {
  constexpr std::uint64_t kNamed = 3;
  if (containers.items.empty() && !containers.unhealthy) return;
  std::string names;
  std::uint64_t count = 0;
  for (const ContainerReport& item : containers.items) {
    if (!is_troubled(item)) continue;
    if (++count <= kNamed) names += (count > 1 ? ", " : "") + full_name(item);
  }
  if (count > kNamed) names += " and others";
  figures.containers_troubled = std::max(count, count_of(containers.unhealthy).value_or(0));
  figures.troubled_containers = figure_text(names);
}

// As the node counted, or else as the list says.
void add_containers(const ContainersReport& containers, ReportFigures& figures) {
  const auto counted = [&](std::optional<std::uint64_t> said, auto matches) -> std::optional<std::uint64_t> {
    if (said || containers.items.empty()) return count_of(said);
    return static_cast<std::uint64_t>(std::ranges::count_if(containers.items, matches));
  };
  figures.containers = counted(containers.total, [](const auto&) { return true; });
  figures.containers_running = counted(containers.running, [](const auto& item) { return item.state == "running"; });
  figures.containers_unhealthy =
      counted(containers.unhealthy, [](const auto& item) { return item.health == "unhealthy"; });
  add_troubled_containers(containers, figures);
}

// Times of the node, put right by as much as its clock differs from `at`. What is then before 1970 or after 9999 was no
// time.
class NodeClock {
 public:
  NodeClock(std::optional<Time> timestamp, Time at) : at_(at), ahead_(ahead_of(timestamp, at)) {}

  std::optional<Time> put_right(std::optional<Time> time) const {
    constexpr Time kEnd = std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1);
    if (!time || *time - ahead_ <= Time() || *time - ahead_ >= kEnd) return std::nullopt;
    return *time - ahead_;
  }
  // Of something that is over: nothing when it would still be to come.
  std::optional<Time> past(std::optional<Time> time) const {
    const auto right = put_right(time);
    if (!right || *right > at_ + kRunAhead) return std::nullopt;
    return std::min(*right, at_);
  }
  std::optional<Time> ago(std::optional<std::uint64_t> age) const {
    if (!age || seconds(static_cast<std::int64_t>(std::min(*age, kMaxAge))) > at_.time_since_epoch())
      return std::nullopt;
    return at_ - seconds(static_cast<std::int64_t>(*age));
  }

 private:
  static constexpr std::uint64_t kMaxAge = 1'000'000'000'000;  // in milliseconds still a 64-bit number

  // A report may be stored some moments after its own, where that was taken.
  static milliseconds ahead_of(std::optional<Time> timestamp, Time at) {
    if (!timestamp || (*timestamp <= at && at - *timestamp <= kRunAhead)) return milliseconds(0);
    return *timestamp - at;
  }

  Time at_;
  milliseconds ahead_;
};

// A word that nobody knows is no success: "exit code 1", "never".
bool is_good(std::string_view last_status) {
  const BackupWord word = read_backup_word(last_status);
  return word == BackupWord::Good || text::trim(last_status).empty();
}

// The last run is the last good one when its word is good or there is none; else only an age that is not that run's own
// speaks of a good one.
std::optional<Time> last_good_backup(const BackupReport& backup, const NodeClock& clock) {
  const auto run = clock.past(backup.last_run);
  const auto aged = clock.ago(backup.age_seconds);
  if (is_good(backup.last_status)) return run ? run : aged;
  const bool is_older_run = run && aged && *aged < *run - kSameRun;
  return is_older_run ? aged : std::nullopt;
}

void add_backup(const BackupReport& backup, const NodeClock& clock, ReportFigures& figures) {
  figures.backup_at = last_good_backup(backup, clock);
  figures.backup_run_at = clock.past(backup.last_run);
  figures.backup_status = figure_text(backup.last_status);
  figures.backup_next = clock.put_right(backup.next_run);
  figures.snapshots = count_of(backup.snapshot_count);
  figures.repository_bytes = count_of(backup.repository_size_bytes);
}

struct WordMeaning {
  std::string_view word;
  BackupWord meaning;
};

constexpr WordMeaning kBackupWords[] = {
    {"success", BackupWord::Good},
    {"successful", BackupWord::Good},
    {"succeeded", BackupWord::Good},
    {"ok", BackupWord::Good},
    {"okay", BackupWord::Good},
    {"done", BackupWord::Good},
    {"good", BackupWord::Good},
    {"complete", BackupWord::Good},
    {"completed", BackupWord::Good},
    {"finished", BackupWord::Good},
    {"passed", BackupWord::Good},
    {"partial", BackupWord::Partial},
    {"incomplete", BackupWord::Partial},
    {"warn", BackupWord::Partial},
    {"warning", BackupWord::Partial},
    {"warnings", BackupWord::Partial},
    {"completed_with_warnings", BackupWord::Partial},
    {"completed_with_errors", BackupWord::Partial},
    {"success_with_warnings", BackupWord::Partial},
    {"failed", BackupWord::Failed},
    {"fail", BackupWord::Failed},
    {"failure", BackupWord::Failed},
    {"failing", BackupWord::Failed},
    {"error", BackupWord::Failed},
    {"errors", BackupWord::Failed},
    {"aborted", BackupWord::Failed},
    {"cancelled", BackupWord::Failed},
    {"canceled", BackupWord::Failed},
    {"interrupted", BackupWord::Failed},
    {"crashed", BackupWord::Failed},
    {"killed", BackupWord::Failed},
    {"timeout", BackupWord::Failed},
    {"timed_out", BackupWord::Failed},
    {"running", BackupWord::Running},
    {"started", BackupWord::Running},
    {"active", BackupWord::Running},
    {"in_progress", BackupWord::Running},
};

// "In Progress" and "in-progress" are one word.
std::string normalised_word(std::string_view text) {
  std::string word = text::to_lower_ascii(text::trim(text));
  std::ranges::replace_if(word, [](char c) { return c == ' ' || c == '-'; }, '_');
  return word;
}

}  // namespace

std::string_view to_text(Health health) {
  switch (health) {
    case Health::Ok:
      return "ok";
    case Health::Warn:
      return "warn";
    case Health::Fail:
      return "fail";
  }
  std::unreachable();
}

std::optional<Health> parse_health(std::string_view text) {
  for (const Health health : {Health::Ok, Health::Warn, Health::Fail}) {
    if (text == to_text(health)) return health;
  }
  return std::nullopt;
}

std::optional<double> Space::used_percent() const {
  if (const auto said = percent_of(percent)) return said;
  if (!used_bytes || !total_bytes || *total_bytes == 0) return std::nullopt;
  return percent_of(100.0 * static_cast<double>(*used_bytes) / static_cast<double>(*total_bytes));
}

std::string full_name(const ContainerReport& container) {
  return container.user.empty() ? container.name : container.user + "/" + container.name;
}

ContainerTrouble trouble_of(const ContainerReport& container) {
  constexpr std::uint64_t kInterrupted = 130;  // 128 and the signal's number
  constexpr std::uint64_t kTerminated = 143;
  if (is_word(container.state, "restarting")) return ContainerTrouble::Restarting;
  if (is_word(container.state, "dead")) return ContainerTrouble::Failed;
  const std::uint64_t code = container.exit_code.value_or(0);
  const bool ended = has_ended(container);
  if (ended && code != 0 && code != kInterrupted && code != kTerminated) return ContainerTrouble::Failed;
  const bool is_unhealthy = !ended && is_word(container.health, "unhealthy");
  return is_unhealthy ? ContainerTrouble::Unhealthy : ContainerTrouble::None;
}

BackupWord read_backup_word(std::string_view last_status) {
  const std::string word = normalised_word(last_status);
  const auto known = std::ranges::find(kBackupWords, word, &WordMeaning::word);
  if (known != std::end(kBackupWords)) return known->meaning;
  const bool tells_of_failure = word.starts_with("fail") || word.starts_with("err");  // "failed: repository locked"
  return tells_of_failure ? BackupWord::Failed : BackupWord::Unknown;
}

bool speaks_of_backups(const ReportFigures& figures) {
  return figures.backup_at || figures.backup_run_at || !figures.backup_status.empty() || figures.backup_next ||
         figures.snapshots || figures.repository_bytes;
}

ReportFigures figures_of(const Report& report, Time at) {
  ReportFigures figures;
  figures.health = report.health;
  figures.issues = report.issues.size();
  if (!report.issues.empty()) figures.issue = figure_text(report.issues.front());
  if (report.system) add_system(*report.system, figures);
  if (report.containers) add_containers(*report.containers, figures);
  if (report.backup) add_backup(*report.backup, NodeClock(report.timestamp, at), figures);
  return figures;
}

}  // namespace holdfast::core
