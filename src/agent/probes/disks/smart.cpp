#include "probes/disks/smart.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "probes/json_members.hpp"
#include "probes/lanes.hpp"
#include "probes/program_run.hpp"

namespace holdfast::agent {
namespace {

namespace json = boost::json;

constexpr int kFailing = 1 << 3;
constexpr int kPrefail = 1 << 4;
constexpr std::size_t kSmartLanes = 4;
constexpr std::size_t kMostFound = 256;
constexpr std::size_t kLongestName = 255;
constexpr std::array kFromBest{kSmartPassed, kSmartUnknown, kSmartHot, kSmartPrefail, kSmartFailing};

auto rank(std::string_view status) {
  return std::ranges::find(kFromBest, status) - kFromBest.begin();
}

// "Device is in STANDBY mode, exit(2)"
bool is_asleep(const json::value& answer) {
  const json::value* messages = find_member(answer, {"smartctl", "messages"});
  const json::array* list = messages ? messages->if_array() : nullptr;
  return list && std::ranges::any_of(*list, [](const json::value& message) {
           return text_at(message, {"string"}).contains(" mode, exit(");
         });
}

// A mask of NVMe's critical warnings. Too hot is no word on how long it will live.
std::string_view meaning_of_warnings(std::uint64_t warnings) {
  constexpr std::uint64_t kHot = 1 << 1;
  constexpr std::uint64_t kUnreliable = 1 << 2;
  constexpr std::uint64_t kReadOnly = 1 << 3;
  if (warnings & (kUnreliable | kReadOnly)) return kSmartFailing;
  return (warnings & ~kHot) ? kSmartPrefail : kSmartHot;
}

std::string_view meaning_of_failure(const json::value& answer) {
  const auto warnings = count_at(answer, {"smart_status", "nvme", "value"});
  if (warnings.value_or(0) != 0) return meaning_of_warnings(*warnings);
  // SCSI: the additional sense code for a temperature above the limit.
  const bool is_hot = count_at(answer, {"smart_status", "scsi", "asc"}) == 0x0B &&
                      count_at(answer, {"smart_status", "scsi", "ascq"}) == 0x01;
  return is_hot ? kSmartHot : kSmartFailing;
}

std::string_view meaning_of(const json::value& answer, bool passed, int exit_status) {
  if (!passed) return meaning_of_failure(answer);
  if (exit_status & kFailing) return kSmartFailing;
  return exit_status & kPrefail ? kSmartPrefail : kSmartPassed;
}

std::vector<SmartDrive> drives_of(const std::vector<std::string>& disks) {
  std::vector<SmartDrive> drives;
  for (const std::string& disk : disks) drives.push_back({"/dev/" + disk, ""});
  return drives;
}

// The scan names the controller of an NVMe disk, "/dev/nvme0", and mounts lead to "nvme0n1".
bool is_controller_of(const SmartDrive& drive, const std::vector<std::string>& disks) {
  if (!drive.path.starts_with("/dev/nvme") || !drive.type.empty()) return false;
  return std::ranges::any_of(disks,
                             [&](const std::string& disk) { return ("/dev/" + disk).starts_with(drive.path + "n"); });
}

// What a disk said stays when it falls silent, if that was bad.
bool replaces(std::string_view said, std::string_view before) {
  return !said.empty() && (said != kSmartUnknown || rank(before) < rank(kSmartPrefail) || before.empty());
}

}  // namespace

std::string parse_smart(std::string_view text, int exit_status) {
  const json::value answer = parse_json(text);
  const auto passed = flag_at(answer, {"smart_status", "passed"});
  if (passed) return std::string(meaning_of(answer, *passed, exit_status));
  return is_asleep(answer) ? std::string() : std::string(kSmartUnknown);
}

std::string SmartDrive::name() const {
  return type.empty() ? path : path + " (" + type + ")";
}

std::vector<SmartDrive> parse_smart_scan(std::string_view text) {
  const json::value answer = parse_json(text);
  const json::value* devices = find_member(answer, {"devices"});
  const json::array* list = devices ? devices->if_array() : nullptr;
  std::vector<SmartDrive> drives;
  if (!list) return drives;
  for (const json::value& device : *list) {
    SmartDrive drive{text_at(device, {"name"}), text_at(device, {"type"})};
    if (!drive.path.starts_with("/dev/") || drive.path.size() + drive.type.size() > kLongestName) continue;
    if (!drive.type.contains(',')) drive.type.clear();
    if (drives.size() < kMostFound) drives.push_back(std::move(drive));
  }
  return drives;
}

SmartWatch::SmartWatch(runtime::Loop& loop, const runtime::Clock& clock, Options options)
    : loop_(loop), clock_(clock), options_(std::move(options)), errands_(loop) {}

bool SmartWatch::is_due(const SmartDrive& drive) const {
  const auto known = known_.find(drive);
  return known == known_.end() || clock_.steady() - known->second.asked >= options_.interval;
}

runtime::Task<> SmartWatch::refresh(std::vector<std::string> disks) {
  co_await scan();
  std::vector<SmartDrive> drives = drives_of(disks);
  std::ranges::copy_if(found_, std::back_inserter(drives),
                       [&](const SmartDrive& drive) { return !is_controller_of(drive, disks); });
  std::ranges::sort(drives);
  drives.erase(std::ranges::unique(drives).begin(), drives.end());
  forget_gone(drives);
  std::erase_if(drives, [this](const SmartDrive& drive) { return !is_due(drive); });
  const std::function<runtime::Task<>(std::size_t)> step = [&](std::size_t i) { return ask(drives[i]); };
  co_await run_in_lanes(loop_, kSmartLanes, drives.size(), options_.longest, step);
}

runtime::Task<> SmartWatch::scan() {
  if (scanned_ && clock_.steady() - *scanned_ < options_.interval) co_return;
  scanned_ = clock_.steady();
  std::vector<std::string> arguments{options_.program, "--scan", "-j"};
  const auto output = co_await run_system_program(errands_, std::move(arguments), options_.time_limit);
  if (output && output->status.code) found_ = parse_smart_scan(output->out);
}

void SmartWatch::forget_gone(const std::vector<SmartDrive>& drives) {
  std::erase_if(known_, [&](const auto& entry) { return !std::ranges::binary_search(drives, entry.first); });
}

runtime::Task<> SmartWatch::ask(const SmartDrive& drive) {
  std::vector<std::string> arguments{options_.program, "-j", "-H", "-n", "standby"};
  if (!drive.type.empty()) arguments.insert(arguments.end(), {"-d", drive.type});
  arguments.push_back(drive.path);
  const auto output = co_await run_system_program(errands_, std::move(arguments), options_.time_limit);
  Known& known = known_[drive];
  known.asked = clock_.steady();
  if (!output) co_return;  // no such program, or it hangs from the time before
  std::string status =
      output->status.code ? parse_smart(output->out, *output->status.code) : std::string(kSmartUnknown);
  if (replaces(status, known.status)) known.status = std::move(status);
}

std::string SmartWatch::status_of(const std::vector<std::string>& disks) const {
  std::string worst;
  for (const SmartDrive& drive : drives_of(disks)) {
    const auto known = known_.find(drive);
    if (known == known_.end() || known->second.status.empty()) continue;
    if (worst.empty() || rank(known->second.status) > rank(worst)) worst = known->second.status;
  }
  return worst;
}

std::map<std::string, std::string> SmartWatch::others(const std::vector<std::string>& disks) const {
  const std::vector<SmartDrive> under_mounts = drives_of(disks);
  std::map<std::string, std::string> said;
  for (const auto& [drive, known] : known_) {
    const bool is_other = std::ranges::find(under_mounts, drive) == under_mounts.end();
    if (is_other && !known.status.empty()) said[drive.name()] = known.status;
  }
  return said;
}

}  // namespace holdfast::agent
