#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "probes/containers/containers.hpp"
#include "probes/containers/engine_sockets.hpp"
#include "probes/disks/disk_question.hpp"
#include "probes/disks/io_counters.hpp"
#include "probes/disks/mounts.hpp"
#include "probes/disks/smart.hpp"
#include "probes/disks/volumes.hpp"
#include "probes/system/cpu.hpp"
#include "probes/system/memory.hpp"
#include "probes/system/own_backups.hpp"
#include "probes/system/temperature.hpp"
#include "probes/system/units.hpp"
#include "text/utf8.hpp"

namespace {

using namespace holdfast::agent;

void check(bool holds) {
  if (!holds) std::abort();
}

void read_kernel_text(std::string_view text) {
  if (const auto times = parse_cpu_times(text)) busy_percent({}, *times);
  parse_boot_time(text);
  parse_load(text);
  parse_uptime(text);
  parse_zfs_cache(text);
  const IoCounts counts = parse_network_counts(text);
  check(io_rate(counts, counts, std::chrono::seconds(1)).has_value() != counts.empty());
  parse_disk_counts(text);
  find_user_name(text, "1000");
  if (const auto limit = parse_cpu_max(text)) check(count_cores(4, {*limit}) >= 1);
  parse_temperature(text);
  if (const auto use = parse_memory(text)) check(use->memory.used_bytes <= use->memory.total_bytes);
}

void read_volumes(std::string_view text) {
  const auto mounts = parse_mountinfo(text);
  check(find_disks(mounts, parse_nodev_types(text)).size() <= mounts.size());
  parse_udev_record(text);
  parse_writable_points(text);
  if (const auto figures = parse_stat(text)) use_of(*figures);
}

void read_answers(std::string_view text) {
  parse_smart(text, 8);
  parse_failed_units(text);
  if (const auto containers = parse_containers(text)) {
    for (const Container& container : *containers) check(holdfast::text::is_valid_utf8(container.report.name));
  }
  parse_inspection(text);
  parse_statistics(text);
  for (const SmartDrive& drive : parse_smart_scan(text)) check(drive.path.starts_with("/dev/"));
  if (const auto history = parse_history(text)) check(parse_history(encode_history(*history)) == history);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_kernel_text(text);
  read_volumes(text);
  read_answers(text);
  return 0;
}
