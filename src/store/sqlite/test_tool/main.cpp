// For the tests: a program that writes to a database until it is killed, and one that makes a database with a row of
// each kind.
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "core/ids.hpp"
#include "runtime/secrets/crypto.hpp"
#include "store/accounts/accounts.hpp"
#include "store/accounts/customers.hpp"
#include "store/enrolment/enrolment.hpp"
#include "store/hosts/hosts.hpp"
#include "store/jobs/jobs.hpp"
#include "store/reports/reports.hpp"
#include "store/reports/roll_ups.hpp"
#include "store/sqlite/database.hpp"
#include "text/time.hpp"
#include "text/ulid.hpp"

namespace holdfast::store {
namespace {

namespace asio = runtime::asio;

core::Time at(std::int64_t seconds) {
  return core::Time(core::seconds(1'780'000'000 + seconds));
}

template <class Id>
Id make_id(std::int64_t seconds) {
  return Id(text::make_ulid(at(seconds), runtime::random_ulid_entropy()));
}

// What reaches the pipe survives the death of this process.
void acknowledge(const std::string& name) {
  const std::string line = name + "\n";
  if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::terminate();
}

// A writer's host, made in the first round.
core::Host host_named(Transaction& transaction, const std::string& name) {
  const core::CustomerId customer = default_customer(transaction).id;
  const std::vector<core::Host> hosts = find_hosts_by_name(transaction, customer, name);
  if (!hosts.empty()) return hosts.front();
  core::Host host;
  host.id = make_id<core::HostId>(0);
  host.customer = customer;
  host.name = name;
  add_host(transaction, host);
  return host;
}

// A report that says what it is called, at a moment of its own, and a setting of that name which says where the report
// is: both, or neither.
void add_named_report(Transaction& transaction, const Packer& packer, const std::string& host_name,
                      const std::string& name) {
  StoredReport report;
  report.host = host_named(transaction, host_name).id;
  const std::vector<StoredReport> last = last_reports(transaction, report.host, 1);
  report.at = last.empty() ? at(0) : last[0].at + core::milliseconds(1);
  report.received_at = report.at;
  report.document = packer.pack(name + std::string(500, 'x'));
  add_report(transaction, report);
  set_report_state(transaction, {report.host, report.at, report.received_at, false, {}, name, "", {}});
  set_setting(transaction, name, report.host.text() + text::format_time(report.at));
}

Task<> write_for_ever(Database& database, const Packer& packer, int writer, std::string prefix) {
  for (std::uint64_t i = 0;; ++i) {
    const std::string name = prefix + std::to_string(i);
    const std::function<void(Transaction&)> job = [&](Transaction& transaction) {
      add_named_report(transaction, packer, "host" + std::to_string(writer), name);
    };
    co_await database.write(job);
    acknowledge(name);
  }
}

void write_until_killed(const char* file, const std::string& round) {
  constexpr int kWriters = 20;
  runtime::Loop loop;
  Database database(loop, file);
  const Packer packer;
  for (int i = 0; i < kWriters; ++i) {
    asio::co_spawn(loop, write_for_ever(database, packer, i, round + "." + std::to_string(i) + "."), asio::detached);
  }
  loop.run();
}

void add_sample_accounts(Transaction& transaction) {
  add_user(transaction, {make_id<core::UserId>(1), "anna", "no password", "admin", at(1)});
  add_session(transaction, {"session hash", "anna", "admin", at(2), at(3), at(2), "127.0.0.1", "Browser"});
  set_setting(transaction, "setup", "done");
  add_audit(transaction, {at(1), "setup", "user.add", "anna", "", "127.0.0.1"});
}

core::Host add_sample_host(Transaction& transaction) {
  core::Host host;
  host.id = make_id<core::HostId>(4);
  host.customer = default_customer(transaction).id;
  host.name = "web1";
  host.facts = {"web1", "Debian GNU/Linux 12 (bookworm)", "x86_64", "6.1.0", "0.1.0", "0.14.0", "10.0.0.1"};
  host.created_at = at(4);
  host.last_seen_at = at(5);
  add_host(transaction, host);
  add_credential(transaction, {host.id, "credential hash", at(4), std::nullopt, std::nullopt});
  return host;
}

void add_sample_enrolment(Transaction& transaction, const core::Host& host) {
  const auto token_id = make_id<core::EnrolmentTokenId>(6);
  add_enrolment_token(transaction,
                      {token_id, "token hash", host.customer, host.id, "anna", at(6), at(7), std::nullopt});
  core::Announcement announcement;
  announcement.id = make_id<core::AnnouncementId>(6);
  announcement.public_key = "public key";
  announcement.name = "web1";
  announcement.announced_at = at(6);
  announcement.expires_at = at(7);
  add_announcement(transaction, announcement);
}

void add_sample_job(Transaction& transaction, const core::Host& host) {
  core::Repository repository;
  repository.id = make_id<core::RepositoryId>(8);
  repository.customer = host.customer;
  repository.name = "offsite";
  repository.url = "rest:https://backup.example/web1";
  repository.sealed_password = "sealed";
  repository.created_at = at(8);
  add_repository(transaction, repository);
  link_repository(transaction, host.id, repository.id, at(8));
  const core::SourceGroup group{
      make_id<core::SourceGroupId>(9), host.id, "system", {{"/etc"}, {"*.tmp"}, {"daily"}}, at(9)};
  add_source_group(transaction, group);
  core::Job job;
  job.id = make_id<core::JobId>(10);
  job.host = host.id;
  job.repository = repository.id;
  job.order = core::BackupOrder{group.id};
  job.requested_by = "anna";
  job.created_at = at(10);
  job.progress = core::JobProgress{};
  add_job(transaction, job);
  append_log(transaction, job.id, {{1, at(11), core::LogLevel::Info, "started"}});
  set_job_finished(transaction, job.id,
                   {core::JobState::Succeeded, core::BackupOutcome{core::BackupSummary()}, {}, 0, "0.14.0"}, at(12));
}

void add_sample_notes(Transaction& transaction, const core::Host& host) {
  const core::CustomerId customer = make_id<core::CustomerId>(13);
  add_customer(transaction, {customer, "acme", "Acme", at(13)});
  set_customer_notes(transaction, customer, "calls at noon");
  set_customer_pause(transaction, customer, core::Pause{at(14), "moving", "anna", at(13)});
  add_customer_key(transaction, {make_id<core::CustomerKeyId>(13),
                                 customer,
                                 "key hash",
                                 "abcd",
                                 "anna",
                                 at(13),
                                 {},
                                 {},
                                 core::KeyKind::Report,
                                 {},
                                 {}});
  set_report_name(transaction, host.id, "web1");
  set_host_tags(transaction, host.id, {"prod"});
  set_host_notes(transaction, host.id, "in the cellar");
  set_host_pause(transaction, host.id, core::Pause{{}, "repair", "anna", at(13)});
}

void add_sample_reports(Transaction& transaction, const core::Host& host) {
  Packer packer;
  add_dictionary(transaction, "not a dictionary", at(14));
  const std::optional<ReportBase> base = packer.next_base(host.id, R"({"customer_id":"acme"})", at(14));
  add_base(transaction, *base);
  packer.set_base(*base);
  StoredReport report;
  report.host = host.id;
  report.at = at(15);
  report.received_at = at(16);
  report.document = packer.pack(R"({"customer_id":"acme","host":"web1"})", host.id);
  add_report(transaction, report);
  core::ReportFigures figures;
  figures.cpu_percent = 12.5;
  set_report_state(transaction, {host.id, report.at, report.received_at, false, {}, "1.4.2", "", figures});
  core::RollUp hour;
  hour.start = at(0);
  hour.cpu_mean = 12.5;
  put_roll_up(transaction, core::RollUpSpan::Hour, host.id, hour);
}

Task<> add_samples(Database& database) {
  const std::function<void(Transaction&)> job = [](Transaction& transaction) {
    add_sample_accounts(transaction);
    const core::Host host = add_sample_host(transaction);
    add_sample_enrolment(transaction, host);
    add_sample_job(transaction, host);
    add_sample_notes(transaction, host);
    add_sample_reports(transaction, host);
  };
  co_await database.write(job);
}

void make_sample(const char* file) {
  runtime::Loop loop;
  Database database(loop, file);
  asio::co_spawn(loop, add_samples(database), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
  loop.run();
}

}  // namespace
}  // namespace holdfast::store

int main(int argc, char** argv) {
  holdfast::runtime::start_crypto();
  const std::string_view what = argc > 2 ? argv[1] : "";
  if (what == "write" && argc == 4) {
    holdfast::store::write_until_killed(argv[2], argv[3]);
  } else if (what == "sample") {
    holdfast::store::make_sample(argv[2]);
  } else {
    std::fputs("usage: store_test_tool write FILE ROUND | sample FILE\n", stderr);
    return 2;
  }
}
