#pragma once

#include <string>

#include "core/accounts/customer.hpp"
#include "core/hosts/host.hpp"
#include "core/hosts/source_group.hpp"
#include "core/jobs/job_record.hpp"
#include "core/repositories/repository.hpp"
#include "database_fixture.hpp"
#include "store/accounts/customers.hpp"
#include "store/hosts/hosts.hpp"
#include "store/jobs/jobs.hpp"

// Rows for tests that are not about how these are made.
namespace holdfast::store {

class SampleTest : public DatabaseTest {
 protected:
  const core::CustomerId& customer() {
    if (customer_.empty()) customer_ = read(default_customer).id;
    return customer_;
  }

  core::Host make_host(const std::string& name) {
    core::Host host;
    host.id = next_id<core::HostId>();
    host.customer = customer();
    host.name = name;
    host.facts = {name, "Debian GNU/Linux 12 (bookworm)", "x86_64", "6.1.0", "0.1.0", "0.14.0", "10.0.0.1"};
    host.created_at = at(3);
    return host;
  }
  core::Host add_host_named(const std::string& name) {
    const core::Host host = make_host(name);
    write([&](Transaction& transaction) { add_host(transaction, host); });
    return host;
  }

  core::Customer make_customer(const std::string& slug) {
    return {next_id<core::CustomerId>(), slug, "Customer " + slug, at(2)};
  }
  core::Customer add_customer_named(const std::string& slug) {
    const core::Customer customer = make_customer(slug);
    write([&](Transaction& transaction) { add_customer(transaction, customer); });
    return customer;
  }
  core::Host add_host_of(const core::CustomerId& owner, const std::string& name) {
    core::Host host = make_host(name);
    host.customer = owner;
    write([&](Transaction& transaction) { add_host(transaction, host); });
    return host;
  }

  core::Repository make_repository(const std::string& name) {
    core::Repository repository;
    repository.id = next_id<core::RepositoryId>();
    repository.customer = customer();
    repository.name = name;
    repository.url = "rest:https://backup.example/" + name;
    repository.sealed_password = std::string("\0\xffsealed", 8);
    repository.server_user = "backup";
    repository.created_at = at(4);
    return repository;
  }

  core::SourceGroup add_group(const core::HostId& host, const std::string& name) {
    core::SourceGroup group{next_id<core::SourceGroupId>(), host, name, {{"/etc"}, {"*.tmp"}, {"daily"}}, at(5)};
    write([&](Transaction& transaction) { add_source_group(transaction, group); });
    return group;
  }

  // A host with a repository and a source group that jobs can refer to.
  struct Ground {
    core::HostId host;
    core::RepositoryId repository;
    core::SourceGroupId source_group;
  };
  Ground add_ground(const std::string& name) {
    const core::Host host = add_host_named(name);
    const core::Repository repository = make_repository("of " + name);
    write([&](Transaction& transaction) {
      add_repository(transaction, repository);
      link_repository(transaction, host.id, repository.id, at(6));
    });
    return {host.id, repository.id, add_group(host.id, "system").id};
  }

  static core::Job make_job(const Ground& ground, std::int64_t seconds) {
    core::Job job;
    job.id = make_id<core::JobId>(seconds);
    job.host = ground.host;
    job.repository = ground.repository;
    job.order = core::BackupOrder{ground.source_group};
    job.requested_by = "admin";
    job.created_at = at(seconds);
    return job;
  }
  static core::SourceGroupId group_of(const core::Job& job) {
    return std::get<core::BackupOrder>(job.order).source_group;
  }
  // As a run ends that found so many files.
  static core::JobResult make_result(core::JobState state, std::uint64_t files = 10) {
    core::JobResult result;
    result.state = state;
    if (state == core::JobState::Succeeded || state == core::JobState::Partial)
      result.outcome = core::BackupOutcome{core::BackupSummary{.files_processed = files}};
    return result;
  }
  core::Job add_job_on(const Ground& ground, std::int64_t seconds) {
    const core::Job job = make_job(ground, seconds);
    write([&](Transaction& transaction) { add_job(transaction, job); });
    return job;
  }
  core::Job add_sample_job(std::int64_t seconds) { return add_job_on(add_ground("web1"), seconds); }

 private:
  // Each newer than the one before.
  template <class Id>
  Id next_id() {
    return make_id<Id>(++last_id_);
  }

  core::CustomerId customer_;
  std::int64_t last_id_ = 1000;
};

}  // namespace holdfast::store
