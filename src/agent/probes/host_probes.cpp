#include "probes/host_probes.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "probes/system/units.hpp"
#include "reports/host_facts.hpp"
#include "text/utf8.hpp"

namespace holdfast::agent {
namespace {

// The hub knows whose host it is from the connection; the document cannot be without one.
constexpr std::string_view kCustomer = "default";

core::DiskReport describe(const MountedDisk& disk) {
  core::DiskReport report;
  report.mount = text::to_valid_utf8(disk.mount.point);
  report.device = text::to_valid_utf8(disk.mount.source);
  report.label = text::to_valid_utf8(disk.name.label);
  report.uuid = text::to_valid_utf8(disk.name.uuid);
  report.fstype = text::to_valid_utf8(disk.mount.fstype);
  return report;
}

ContainerEngines::Options engines_of(const HostProbes::Options& options) {
  ContainerEngines::Options engines = options.containers;
  engines.paths = options.paths;
  return engines;
}

std::vector<Mount> mounts_of(const HostReading& host) {
  std::vector<Mount> mounts;
  for (const MountedDisk& disk : host.disks) mounts.push_back(disk.mount);
  return mounts;
}

std::vector<std::string> whole_disks_of(const HostReading& host) {
  std::set<std::string> disks;
  for (const MountedDisk& disk : host.disks) disks.insert(disk.whole_disks.begin(), disk.whole_disks.end());
  return {disks.begin(), disks.end()};
}

bool has_no_size(const DiskAnswer& answer) {
  return !answer.use && answer.trouble.empty();
}

}  // namespace

HostProbes::HostProbes(runtime::Loop& loop, const runtime::Clock& clock, const OwnBackups& backups, Options options)
    : loop_(loop),
      clock_(clock),
      backups_(backups),
      options_(std::move(options)),
      disks_(loop, clock, options_.disks),
      smart_(loop, clock, options_.smart),
      containers_(loop, clock, engines_of(options_)),
      errands_(loop) {}

runtime::Task<core::Report> HostProbes::gather(Depth depth) {
  Findings findings;
  std::vector<runtime::NamedTask> tasks;
  tasks.push_back({"probe of the host", [&] { return look_at_host(findings, depth); }});
  tasks.push_back({"probe of containers", [&] { return look_at_containers(findings, depth); }});
  tasks.push_back({"probe of units", [&] { return look_at_units(findings); }});
  co_await runtime::run_together(loop_, std::move(tasks));
  co_return make_report(std::move(findings));
}

runtime::Task<> HostProbes::look_at_host(Findings& findings, Depth depth) {
  std::function<HostReading()> read = [paths = options_.paths] { return read_host(paths); };
  findings.host = co_await errands_.run("host", std::move(read), options_.time_limit);
  if (!findings.host) co_return;
  if (depth == Depth::Full) note_io(findings);
  std::vector<runtime::NamedTask> tasks;
  tasks.push_back({"probe of disks", [&] { return look_at_disks(findings); }});
  tasks.push_back({"probe of processors", [&] { return look_at_processors(findings); }});
  if (depth == Depth::Full) tasks.push_back({"probe of SMART", [&] { return look_at_smart(findings); }});
  co_await runtime::run_together(loop_, std::move(tasks));
}

runtime::Task<> HostProbes::look_at_disks(Findings& findings) {
  findings.disks = co_await disks_.look(mounts_of(*findings.host));
}

runtime::Task<> HostProbes::look_at_smart(const Findings& findings) {
  co_await smart_.refresh(whole_disks_of(*findings.host));
}

runtime::Task<> HostProbes::look_at_processors(Findings& findings) {
  std::optional<CpuTimes> before = last_cpu_;
  std::optional<CpuTimes> after = findings.host->cpu;
  if (!before && after) {
    before = after;
    co_await runtime::sleep_for(options_.cpu_sample);
    after = read_cpu_times(options_.paths);
  }
  if (before && after) findings.cpu_percent = busy_percent(*before, *after);
  last_cpu_ = after;
}

runtime::Task<> HostProbes::look_at_containers(Findings& findings, Depth depth) {
  findings.engines = co_await containers_.look(depth);
}

runtime::Task<> HostProbes::look_at_units(Findings& findings) {
  findings.failed_units = co_await find_failed_units(errands_, options_.paths, options_.systemctl, options_.time_limit);
}

// Over the time between two whole reports, so that what is drawn adds up to what went through.
void HostProbes::note_io(Findings& findings) {
  PastIo now{findings.host->io, clock_.steady()};
  if (last_io_) {
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(now.at - last_io_->at);
    findings.network = io_rate(last_io_->reading.network, now.reading.network, time);
    findings.disk_io = io_rate(last_io_->reading.disks, now.reading.disks, time);
  }
  last_io_ = std::move(now);
}

core::Report HostProbes::make_report(Findings findings) {
  const auto now = clock_.now();
  core::Report report;
  report.customer_id = kCustomer;
  report.timestamp = now;
  report.controller_version = agent_version();
  report.system = make_system(findings);
  report.host = report.system->hostname;
  report.containers = std::move(findings.engines.containers);
  report.backup = backups_.report(now);
  judge_health(report, find_troubles(findings));
  return report;
}

Troubles HostProbes::find_troubles(Findings& findings) {
  Troubles troubles;
  troubles.failed_units = std::move(findings.failed_units).value_or(std::vector<std::string>());
  for (std::size_t i = 0; i < findings.disks.size(); ++i) {
    if (findings.disks[i].trouble.empty()) continue;
    const std::string point = text::to_valid_utf8(findings.host->disks[i].mount.point);
    troubles.sentences.push_back(point + " " + findings.disks[i].trouble);
  }
  if (findings.host) {
    std::ranges::move(writable_.look(mounts_of(*findings.host), findings.host->writable_points),
                      std::back_inserter(troubles.sentences));
    troubles.drives = smart_.others(whole_disks_of(*findings.host));
  }
  std::ranges::move(findings.engines.troubles, std::back_inserter(troubles.sentences));
  return troubles;
}

core::SystemReport HostProbes::make_system(const Findings& findings) const {
  HostFacts facts = read_host_facts();
  core::SystemReport system;
  system.hostname = std::move(facts.hostname);
  system.os = std::move(facts.os);
  system.kernel = std::move(facts.kernel);
  system.arch = std::move(facts.arch);
  if (!findings.host) return system;
  const HostReading& host = *findings.host;
  system.uptime_seconds = host.uptime;
  system.boot_time = host.boot_time;
  system.cpu = {findings.cpu_percent, host.cores, host.load, host.temperature};
  if (host.memory) {
    system.memory = host.memory->memory;
    system.swap = host.memory->swap;
  }
  system.network = network_report(findings.network);
  system.disk_io = disk_io_report(findings.disk_io);
  system.disks = make_disks(findings);
  return system;
}

std::vector<core::DiskReport> HostProbes::make_disks(const Findings& findings) const {
  std::vector<core::DiskReport> disks;
  for (std::size_t i = 0; i < findings.disks.size(); ++i) {
    const DiskAnswer& answer = findings.disks[i];
    if (has_no_size(answer)) continue;
    const MountedDisk& disk = findings.host->disks[i];
    core::DiskReport& report = disks.emplace_back(describe(disk));
    report.smart_status = smart_.status_of(disk.whole_disks);
    report.read_only = disk.mount.is_read_only;
    if (!answer.use) continue;
    report.space = answer.use->space;
    report.inodes_percent = answer.use->inodes_percent;
  }
  return disks;
}

}  // namespace holdfast::agent
