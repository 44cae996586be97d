#pragma once

#include "agent/is.hpp"
#include "core/reports/report.hpp"
#include "text/ascii.hpp"

// The members of a report, once for both directions (report_reader.hpp, report_writer.hpp). The order here is the order
// in which they are written.
namespace holdfast::protocol {

// What a number may be. What is at most `slack` above `high` was rounded on its way, and is `high`.
struct Range {
  double low;
  double high;
  double slack = 0;
};

inline constexpr Range kPercent{0, 100, 0.5};
inline constexpr Range kContainerCpu{0, 1'000'000};  // 100 for each core that is busy
inline constexpr Range kLoad{0, 1'000'000};
inline constexpr Range kBytesPerSecond{0, 1e15};
inline constexpr Range kCelsius{-273.15, 1000};

inline constexpr std::size_t kMaxReportText = 64 * 1024;  // bytes that are read; the rest is cut
inline constexpr std::size_t kMaxHostName = 255;
inline constexpr std::size_t kMaxIssues = 1000;
inline constexpr std::size_t kMaxDisks = 1000;
inline constexpr std::size_t kMaxContainers = 5000;

// `text`: without blanks around it.
inline bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxHostName && !text::has_control_character(text);
}

// What RFC 3339 can write, after 1970 began, which is what nodes write of a time that is not known, to 9999.
inline bool is_report_time(core::Time time) {
  constexpr core::Time kEnd = std::chrono::sys_days(std::chrono::year(10'000) / 1 / 1);
  return time > core::Time() && time < kEnd;
}

void fields(auto& io, Is<core::Space> auto& m) {
  io.count("total_bytes", m.total_bytes);
  io.count("used_bytes", m.used_bytes);
  io.number("percent", m.percent, kPercent);
}
void fields(auto& io, Is<core::CpuReport> auto& m) {
  io.number("percent", m.percent, kPercent);
  io.count("cores", m.cores);
  io.numbers("load", m.load, kLoad);
  io.number("temperature_celsius", m.temperature_celsius, kCelsius);
}
void fields(auto& io, Is<core::DiskReport> auto& m) {
  io.text("mount", m.mount);
  io.text("device", m.device);
  io.text("label", m.label);
  io.text("uuid", m.uuid);
  io.text("fstype", m.fstype);
  fields(io, m.space);
  io.number("inodes_percent", m.inodes_percent, kPercent);
  io.flag("read_only", m.read_only);
  io.text("smart_status", m.smart_status);
}
void fields(auto& io, Is<core::NetworkReport> auto& m) {
  io.number("received_bytes_per_second", m.received_bytes_per_second, kBytesPerSecond);
  io.number("sent_bytes_per_second", m.sent_bytes_per_second, kBytesPerSecond);
}
void fields(auto& io, Is<core::DiskIoReport> auto& m) {
  io.number("read_bytes_per_second", m.read_bytes_per_second, kBytesPerSecond);
  io.number("written_bytes_per_second", m.written_bytes_per_second, kBytesPerSecond);
}
void fields(auto& io, Is<core::SystemReport> auto& m) {
  io.text("hostname", m.hostname);
  io.text("os", m.os);
  io.text("kernel", m.kernel);
  io.text("arch", m.arch);
  io.seconds("uptime_seconds", m.uptime_seconds);
  io.time("boot_time", m.boot_time);
  io.object("cpu", m.cpu);
  io.object("memory", m.memory);
  io.object("swap", m.swap);
  io.object("network", m.network);
  io.object("disk_io", m.disk_io);
  io.objects("disks", m.disks, kMaxDisks);
}
void fields(auto& io, Is<core::ContainerReport> auto& m) {
  io.text("name", m.name);
  io.text("user", m.user);
  io.text("image", m.image);
  io.text("state", m.state);
  io.text("health", m.health);
  io.count("exit_code", m.exit_code);
  io.count("restarts", m.restarts);
  io.number("cpu_percent", m.cpu_percent, kContainerCpu);
  io.count("memory_bytes", m.memory_bytes);
}
void fields(auto& io, Is<core::ContainersReport> auto& m) {
  io.count("total", m.total);
  io.count("running", m.running);
  io.count("unhealthy", m.unhealthy);
  io.objects("items", m.items, kMaxContainers);
}
void fields(auto& io, Is<core::BackupReport> auto& m) {
  io.time("last_run", m.last_run);
  io.text("last_status", m.last_status);
  io.seconds("age_seconds", m.age_seconds);
  io.count("snapshot_count", m.snapshot_count);
  io.count("repository_size_bytes", m.repository_size_bytes);
  io.time("next_run", m.next_run);
}
void fields(auto& io, Is<core::Report> auto& m) {
  io.slug("customer_id", m.customer_id);
  io.host("host", m.host);
  io.time("timestamp", m.timestamp);
  io.text("controller_version", m.controller_version);
  io.group("health", [&m](auto& health) {
    health.health("status", m.health);
    health.texts("issues", m.issues, kMaxIssues);
  });
  io.object("system", m.system);
  io.object("containers", m.containers);
  io.object("backup", m.backup);
  io.text("config_hash", m.config_hash);
}

}  // namespace holdfast::protocol
