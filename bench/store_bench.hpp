#pragma once

#include <fmt/format.h>

#include <time.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "fleet_names.hpp"
#include "report_sample.hpp"
#include "runtime/secrets/crypto.hpp"
#include "store/accounts/customers.hpp"
#include "store/hosts/hosts.hpp"
#include "store/reports/reports.hpp"
#include "store/reports/roll_ups.hpp"
#include "store/sqlite/database.hpp"
#include "temporary_directory.hpp"
#include "text/ulid.hpp"

// What the parts of this bench share: a database in a folder of its own, and a fleet to fill it with.
namespace holdfast::bench {

namespace asio = runtime::asio;
using Clock = std::chrono::steady_clock;

inline constexpr core::Time kBegin{std::chrono::hours(490'000)};
inline constexpr std::chrono::minutes kEvery{15};
inline constexpr int kPerCustomer = 33;  // of the hosts that fill() makes

template <class Id>
Id new_id() {
  return Id(text::make_ulid(kBegin, runtime::random_ulid_entropy()));
}

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Of all threads, kernel included: steadier than the time on the wall where others share the machine.
inline double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

// `share` from 0 to 1.
inline double quantile(std::vector<double> values, double share) {
  std::ranges::sort(values);
  const auto place = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  return values.empty() ? 0 : values[std::min(place, values.size() - 1)];
}

class Ground {
 public:
  // In `folder`, which stays; without it in one that goes with this.
  explicit Ground(const std::filesystem::path& folder = {})
      : own_(folder.empty() ? std::make_unique<tests::TemporaryDirectory>() : nullptr),
        file_((own_ ? own_->path() : folder) / "holdfast.db") {}

  const std::filesystem::path& file() const { return file_; }
  store::Database& database() {
    if (!database_) database_ = std::make_unique<store::Database>(loop_, file());
    return *database_;
  }
  void close() { database_.reset(); }
  // On the disk, once all is in the file.
  std::uintmax_t size() {
    close();
    return std::filesystem::file_size(file());
  }

  // Runs tasks until all have ended.
  void run(std::vector<runtime::Task<>> tasks) {
    std::exception_ptr first;
    for (runtime::Task<>& task : tasks) {
      asio::co_spawn(loop_, std::move(task), [&first](std::exception_ptr error) {
        if (error && !first) first = error;
      });
    }
    loop_.restart();
    loop_.run();
    if (first) std::rethrow_exception(first);
  }
  void write(const std::function<void(store::Transaction&)>& work) {
    std::vector<runtime::Task<>> tasks;
    tasks.push_back(database().write(work));
    run(std::move(tasks));
  }

 private:
  std::unique_ptr<tests::TemporaryDirectory> own_;
  std::filesystem::path file_;
  runtime::Loop loop_;
  std::unique_ptr<store::Database> database_;
};

struct BenchHost {
  core::HostId id;
  std::string customer;
  std::string name;
};

// As many hosts, one to a customer or `per_customer`.
inline std::vector<BenchHost> add_hosts(store::Transaction& transaction, int count, int per_customer = 1) {
  std::vector<BenchHost> hosts;
  core::CustomerId customer;
  for (int i = 0; i < count; ++i) {
    const FleetName name = fleet_name(i, per_customer);
    const std::string& slug = name.customer;
    if (i % per_customer == 0) {
      customer = new_id<core::CustomerId>();
      store::add_customer(transaction, {customer, slug, "Customer " + slug, kBegin});
    }
    core::Host host;
    host.id = new_id<core::HostId>();
    host.customer = customer;
    host.name = name.host;
    host.enrolled = false;
    host.facts.os = "Debian GNU/Linux 12 (bookworm)";
    host.facts.hostname = host.name + ".example.net";
    host.created_at = kBegin;
    store::add_host(transaction, host);
    store::set_report_name(transaction, host.id, host.name);
    hosts.push_back({host.id, slug, host.name});
  }
  return hosts;
}

inline std::string document_of(const BenchHost& host, core::Time at, std::size_t padded_to = 0) {
  return tests::sample_report(host.customer, host.name, at, 1, padded_to);
}

// As the sample says it; the figures of a real one come from the document.
inline core::ReportState state_of(const BenchHost& host, core::Time at) {
  core::ReportState state;
  state.host = host.id;
  state.at = at;
  state.received_at = at;
  state.controller_version = "1.4.2";
  state.config_hash = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
  tests::SampleNumbers numbers(static_cast<std::uint64_t>(at.time_since_epoch().count()));
  core::ReportFigures& figures = state.figures;
  figures.health = core::Health::Ok;
  figures.cpu_percent = static_cast<double>(numbers.below(1000)) / 10;
  figures.memory_percent = static_cast<double>(numbers.below(1000)) / 10;
  figures.swap_percent = 0;
  figures.load = static_cast<double>(numbers.below(400)) / 100;
  figures.temperature_celsius = 45 + static_cast<double>(numbers.below(100)) / 10;
  figures.disk_percent = 50 + static_cast<double>(numbers.below(400)) / 10;
  figures.disk_mount = "/srv";
  figures.disk_used_bytes = 2'000'000'000'000 + numbers.below(1'000'000'000);
  figures.disk_total_bytes = 4'350'000'000'000;
  figures.containers = figures.containers_running = 8;
  figures.containers_unhealthy = 0;
  figures.backup_at = std::chrono::floor<std::chrono::days>(at);
  figures.backup_status = "success";
  figures.snapshots = 60;
  figures.repository_bytes = 500'000'000'000;
  figures.uptime_seconds = 1'000'000;
  return state;
}

inline store::StoredReport report_of(const BenchHost& host, core::Time at, store::PackedDocument document) {
  return {0, host.id, at, at + core::milliseconds(180), false, false, std::move(document)};
}

inline core::RollUp roll_up_of(core::Time start, std::uint64_t reports) {
  tests::SampleNumbers numbers(static_cast<std::uint64_t>(start.time_since_epoch().count()));
  const auto percent = [&] { return static_cast<double>(numbers.below(10'000)) / 100; };
  core::RollUp values;
  values.start = start;
  values.reports = reports;
  values.cpu_mean = percent();
  values.cpu_max = percent();
  values.memory_mean = percent();
  values.memory_max = percent();
  values.swap_max = 3;
  values.load_mean = percent() / 20;
  values.temperature_max = 40 + percent() / 10;
  values.disk_max = 80 + percent() / 100;
  values.disks = {{"/", 40 + percent() / 100}, {"/srv", 80 + percent() / 100}, {"/var/lib/docker", percent() / 100}};
  values.containers_running = values.containers_total = 8;
  values.containers_unhealthy = 0;
  values.backup_age = std::chrono::seconds(numbers.below(86'400));
  return values;
}

// The parts. Each prints its lines; `bare` one of JSON.
void ingest(int hosts);
// The bare loop alone, on a copy of a database that fill() made of as many hosts: what a hub that began with the same
// one and answers as many at once is measured against. `what`: "packed" rows as the hub stores them, "sent" ones of
// 4 KiB, or "all" rows that a report changes, its own of 4 KiB.
void bare(const std::filesystem::path& filled, int hosts, int in_flight, std::string_view what);
// A database as `hosts` leave it after 90 days, for a hub to start on: roll-ups of all that time, and the reports of
// the last day and of the one that retention removes next, or of all days.
enum class Days { Two, All };
void fill(const std::filesystem::path& folder, int hosts, Days days);
void prune(std::size_t step);
void remove_host();
void bytes(int hosts, int days, int kept_days);
void list(int hosts);

}  // namespace holdfast::bench
