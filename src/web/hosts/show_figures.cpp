#include "hosts/show_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fleet/show.hpp"
#include "kit/facts.hpp"
#include "kit/render/filters.hpp"
#include "text/ascii.hpp"

namespace holdfast::web {
namespace {

// In trouble first, then the fuller ones.
bool comes_before(const views::Disk& a, const views::Disk& b) {
  if (a.space.level != b.space.level) return a.space.level > b.space.level;
  if (a.space.percent != b.space.percent) return a.space.percent > b.space.percent;
  return a.mount < b.mount;
}

views::Disk show_disk(const core::DiskReport& report, const core::StatusLimits& limits) {
  views::Disk disk;
  disk.mount = report.mount.empty() ? report.device : report.mount;
  disk.device = report.mount.empty() ? "" : report.device;
  if (!report.label.empty()) disk.device += fmt::format("{}“{}”", disk.device.empty() ? "" : ", ", report.label);
  if (!report.fstype.empty()) disk.device += fmt::format("{}{}", disk.device.empty() ? "" : ", ", report.fstype);
  disk.used = report.space.used_bytes;
  disk.total = report.space.total_bytes;
  disk.space = show_disk_metric(report.space.used_percent(), limits);
  if (report.read_only) {
    disk.space.level = views::Level::Calm;
    disk.device += disk.device.empty() ? "read-only" : ", read-only";
  }
  if (!report.read_only && report.inodes_percent && *report.inodes_percent >= limits.disk_warning)
    disk.inodes = core::whole_percent(*report.inodes_percent);
  const auto smart = text::to_lower_ascii(report.smart_status);
  disk.smart_unknown = smart == "unknown";
  if (!smart.empty() && smart != "passed" && smart != "ok" && !disk.smart_unknown) disk.smart = report.smart_status;
  return disk;
}

// What the pace of the last days says of the fullest disk.
void show_outlook(std::vector<views::Disk>& disks, std::string_view mount, core::milliseconds left,
                  const core::StatusLimits& limits) {
  const auto disk = std::ranges::find(disks, mount, &views::Disk::mount);
  if (disk == disks.end()) return;
  const auto days = std::chrono::ceil<std::chrono::days>(left);
  disk->outlook =
      days.count() < 2
          ? "full in about a day"
          : fmt::format("full in about {}", filters::plural(static_cast<std::uint64_t>(days.count()), "day", "days"));
  if (left <= limits.disk_full_within) disk->outlook_level = views::Level::Warning;
}

// Sets the first letter in upper case: states come as "running".
std::string capitalised(std::string text) {
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') text.front() = static_cast<char>(text.front() - 32);
  return text;
}

views::Level container_level(const core::ContainerReport& report) {
  const auto state = text::to_lower_ascii(report.state);
  if (state == "dead" || state == "restarting") return views::Level::Down;
  if (core::trouble_of(report) != core::ContainerTrouble::None) return views::Level::Warning;
  const bool is_done = report.exit_code.has_value();
  const bool runs = state == "running" || state == "healthy" || state.empty();
  return runs || is_done ? views::Level::Calm : views::Level::Warning;
}

views::Container show_container(const core::ContainerReport& report, const views::Url& page) {
  views::Container container;
  container.name = core::full_name(report);
  container.history = page;
  if (!page.empty()) container.history.query("container", container.name);
  container.image = report.image;
  container.state = report.state.empty() ? "No data" : capitalised(report.state);
  if (report.exit_code) container.state += fmt::format(" ({})", *report.exit_code);
  if (!report.health.empty()) container.state += ", " + report.health;
  container.level = container_level(report);
  container.restarts = report.restarts;
  if (report.cpu_percent) container.cpu = static_cast<int>(std::lround(*report.cpu_percent));
  container.memory = report.memory_bytes;
  return container;
}

// Those in trouble first, by name.
std::vector<views::Container> show_containers(const core::ContainersReport& report, const views::Url& page) {
  std::vector<views::Container> containers;
  for (const auto& item : report.items) containers.push_back(show_container(item, page));
  std::ranges::sort(containers, [](const auto& a, const auto& b) {
    return a.level != b.level ? a.level > b.level : a.name < b.name;
  });
  return containers;
}

std::string space_text(const core::Space& space) {
  if (space.used_bytes && space.total_bytes)
    return fmt::format("{} of {}", filters::bytes(*space.used_bytes), filters::bytes(*space.total_bytes));
  const auto percent = space.used_percent();
  return percent ? fmt::format("{}%", core::whole_percent(*percent)) : "";
}

std::string processor_text(const core::CpuReport& cpu) {
  std::vector<std::string> parts;
  if (cpu.cores) parts.push_back(filters::plural(*cpu.cores, "core", "cores"));
  if (cpu.load)
    parts.push_back(fmt::format("load {:.2f}, {:.2f}, {:.2f}", (*cpu.load)[0], (*cpu.load)[1], (*cpu.load)[2]));
  return filters::join(parts, ", ");
}

std::string speed_text(const std::optional<double>& in, std::string_view in_word, const std::optional<double>& out,
                       std::string_view out_word) {
  std::vector<std::string> parts;
  if (in) parts.push_back(fmt::format("{}/s {}", filters::bytes(static_cast<std::uint64_t>(*in)), in_word));
  if (out) parts.push_back(fmt::format("{}/s {}", filters::bytes(static_cast<std::uint64_t>(*out)), out_word));
  return filters::join(parts, ", ");
}

std::vector<views::Fact> system_facts(const core::SystemReport& system) {
  Facts facts;
  facts.add("Host name", system.hostname);
  facts.add("System", system.os);
  facts.add("Kernel", system.kernel);
  facts.add("Architecture", system.arch);
  facts.add("Processor", processor_text(system.cpu));
  facts.add("Memory", space_text(system.memory));
  facts.add("Swap", space_text(system.swap));
  const auto& [received, sent] = system.network;
  facts.add("Network", speed_text(received, "received", sent, "sent"));
  const auto& [read, written] = system.disk_io;
  facts.add("Disk I/O", speed_text(read, "read", written, "written"));
  if (system.cpu.temperature_celsius)
    facts.add("Temperature", fmt::format("{:.0f} °C", *system.cpu.temperature_celsius));
  if (system.uptime_seconds)
    facts.add("Up",
              filters::duration(std::chrono::seconds(std::min<std::uint64_t>(*system.uptime_seconds, 1U << 31U))));
  return facts.take();
}

}  // namespace

views::HostFigures show_figures(const core::Report& report, core::Time at, std::optional<core::Time> full_at,
                                const HostContext& context) {
  views::HostFigures figures;
  figures.at = at;
  figures.now = context.now;
  figures.old = context.now - at > core::silence_warning(context.limits);
  figures.issues = report.issues;
  if (report.system) {
    for (const auto& disk : report.system->disks) figures.disks.push_back(show_disk(disk, context.limits));
    std::ranges::sort(figures.disks, comes_before);
    figures.system = system_facts(*report.system);
  }
  const auto counts = core::figures_of(report, at);
  if (full_at) show_outlook(figures.disks, counts.disk_mount, *full_at - context.now, context.limits);
  if (!report.containers) return figures;
  figures.containers_known = true;
  figures.containers_total = counts.containers;
  figures.containers_running = counts.containers_running;
  figures.containers = show_containers(*report.containers, context.page);
  return figures;
}

views::HostFigures no_figures(const core::Host& host, core::Time now) {
  views::HostFigures figures;
  figures.now = now;
  Facts facts;
  facts.add("Host name", host.facts.hostname);
  facts.add("System", host.facts.os);
  facts.add("Kernel", host.facts.kernel);
  facts.add("Architecture", host.facts.arch);
  figures.system = facts.take();
  return figures;
}

}  // namespace holdfast::web
