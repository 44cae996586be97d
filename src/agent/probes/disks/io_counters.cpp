#include "probes/disks/io_counters.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <system_error>

#include "probes/folders.hpp"
#include "probes/system/kernel_text.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSector = 512;  // whatever the disk's own are
// Of containers, virtual machines and tunnels: what goes through them goes through something else, too.
constexpr std::array<std::string_view, 12> kInner{"lo",   "veth", "br-", "docker", "podman", "cni",
                                                  "vnet", "tap",  "tun", "virbr",  "wg",     "flannel"};

void skip_fields(std::string_view& line, int count) {
  for (int i = 0; i < count; ++i) take_field(line);
}

// name: bytes packets errs drop fifo frame compressed multicast bytes …
std::optional<IoCount> parse_interface(std::string_view line) {
  const auto in = parse_count(take_field(line));
  skip_fields(line, 7);
  const auto out = parse_count(take_field(line));
  if (!in || !out) return std::nullopt;
  return IoCount{*in, *out};
}

// reads merged sectors time writes merged sectors …
std::optional<IoCount> parse_disk(std::string_view line) {
  skip_fields(line, 2);
  const auto in = parse_count(take_field(line));
  skip_fields(line, 3);
  const auto out = parse_count(take_field(line));
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max() / kSector;
  if (!in || !out || *in > kMost || *out > kMost) return std::nullopt;
  return IoCount{*in * kSector, *out * kSector};
}

IoCounts only(const IoCounts& all, auto matches) {
  IoCounts some;
  for (const auto& [name, count] : all) {
    if (matches(name)) some.emplace(name, count);
  }
  return some;
}

bool is_inner(std::string_view name) {
  return std::ranges::any_of(kInner, [&](std::string_view begin) { return name.starts_with(begin); });
}

IoCounts read_network(const HostPaths& paths) {
  const IoCounts all = parse_network_counts(read_or_empty(paths.proc / "self" / "net" / "dev"));
  const fs::path folder = paths.sys / "class" / "net";
  IoCounts hardware = only(all, [&](const std::string& name) { return is_there(folder / name / "device"); });
  if (!hardware.empty()) return hardware;
  return only(all, [&](const std::string& name) { return !is_inner(name) && !is_there(folder / name / "master"); });
}

IoCounts read_disk_counts(const HostPaths& paths) {
  const fs::path folder = paths.sys / "class" / "block";
  return only(parse_disk_counts(read_or_empty(paths.proc / "diskstats")), [&](const std::string& name) {
    return is_there(folder / name / "device") && !is_there(folder / name / "partition");
  });
}

std::optional<double> whole(const std::optional<IoRate>& rate, double IoRate::* part) {
  constexpr double kMost = 1e15;
  if (!rate) return std::nullopt;
  return static_cast<double>(static_cast<std::uint64_t>(std::min((*rate).*part, kMost) + 0.5));
}

}  // namespace

IoCounts parse_network_counts(std::string_view net_dev) {
  IoCounts counts;
  while (!net_dev.empty()) {
    std::string_view line = take_line(net_dev);
    const std::size_t colon = line.rfind(':');  // the name of an alias has one, too
    if (colon == std::string_view::npos) continue;
    std::string_view name = line.substr(0, colon);
    if (const auto count = parse_interface(line.substr(colon + 1))) counts.emplace(take_field(name), *count);
  }
  return counts;
}

// major minor name reads …
IoCounts parse_disk_counts(std::string_view diskstats) {
  IoCounts counts;
  while (!diskstats.empty()) {
    std::string_view line = take_line(diskstats);
    skip_fields(line, 2);
    const std::string_view name = take_field(line);
    if (const auto count = parse_disk(line)) counts.emplace(name, *count);
  }
  return counts;
}

IoReading read_io(const HostPaths& paths) {
  return {read_network(paths), read_disk_counts(paths)};
}

std::optional<IoRate> io_rate(const IoCounts& before, const IoCounts& after, std::chrono::milliseconds time) {
  if (time <= std::chrono::milliseconds(0)) return std::nullopt;
  const double seconds = std::chrono::duration<double>(time).count();
  IoRate rate;
  bool any = false;
  for (const auto& [name, now] : after) {
    const auto known = before.find(name);
    if (known == before.end()) continue;
    const IoCount& then = known->second;
    if (now.in < then.in || now.out < then.out) return std::nullopt;
    rate.in += static_cast<double>(now.in - then.in) / seconds;
    rate.out += static_cast<double>(now.out - then.out) / seconds;
    any = true;
  }
  return any ? std::optional(rate) : std::nullopt;
}

core::NetworkReport network_report(const std::optional<IoRate>& rate) {
  return {whole(rate, &IoRate::in), whole(rate, &IoRate::out)};
}

core::DiskIoReport disk_io_report(const std::optional<IoRate>& rate) {
  return {whole(rate, &IoRate::in), whole(rate, &IoRate::out)};
}

}  // namespace holdfast::agent
