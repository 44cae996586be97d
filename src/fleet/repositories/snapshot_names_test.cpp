#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fleet_world.hpp"
#include "store/hosts/hosts.hpp"
#include "store/repositories/snapshot_hosts.hpp"
#include "store/sqlite/database.hpp"
#include "text/ascii.hpp"

namespace holdfast::fleet {
namespace {

struct SnapshotNames : testing::Test {
  // A host whose machine has that name.
  core::HostId host_of(const std::string& machine, const std::string& name) {
    const auto host = world.enrol(name).host;
    world.run(world.hosts.add_source_group(host, "Files", {{"/srv"}, {}, {}}, world.admin)).value();
    call_machine(host, machine);
    return host;
  }
  void call_machine(const core::HostId& host, const std::string& machine) {
    const auto set = [&](store::Transaction& tx) {
      store::set_host_facts(tx, host, {machine, "Debian", "x86_64", "6.1", "1.0", "0.14.0", "192.0.2.1"});
      return true;
    };
    world.run(world.database.write(set));
  }
  void link(const core::HostId& host, const core::RepositoryId& repository) {
    world.run(world.repositories.link(host, repository, world.admin)).value();
  }
  core::RepositoryId repository(const std::string& name, const std::string& url) {
    return world.run(world.repositories.add({name, {url, "repository-secret", "", ""}}, world.admin)).value();
  }
  // The --host of a backup that starts now.
  std::string name_of(const core::HostId& host, const core::RepositoryId& to) {
    RecordingLink agent;
    world.connect(host, agent);
    JobRequest request;
    request.repository = to;
    world.run(world.jobs.start(host, request, world.admin)).value();
    const auto name =
        std::get<protocol::BackupCommand>(agent.all<protocol::CommandRun>().at(0).operation).snapshot_host;
    world.agents.closed(host, agent);
    return name;
  }

  World world;
};

TEST_F(SnapshotNames, AreTheMachinesOwnWhereNoOtherHostHasIt) {
  const auto vault = repository("vault", "sftp:nas:/vault");
  const auto first = host_of("localhost", "one");
  const auto second = host_of("localhost", "two");
  const auto third = host_of("LocalHost", "three");
  for (const auto& host : {first, second, third}) link(host, vault);
  EXPECT_EQ(name_of(first, vault), "localhost");
  const auto name = name_of(second, vault);
  EXPECT_EQ(name, "localhost-" + text::to_lower_ascii(second.text().substr(22)));
  EXPECT_NE(name_of(third, vault), name);
  EXPECT_THAT(name_of(third, vault), testing::StartsWith("LocalHost-"));
  EXPECT_EQ(name_of(second, vault), name);
}

TEST_F(SnapshotNames, StayWhenTheMachineIsRenamedOrItsHostIsUnlinkedOrRemoved) {
  const auto vault = repository("vault", "sftp:nas:/vault");
  const auto host = host_of("web1", "one");
  link(host, vault);
  EXPECT_EQ(name_of(host, vault), "web1");
  call_machine(host, "web2");
  EXPECT_EQ(name_of(host, vault), "web1");
  world.run(world.repositories.unlink(host, vault, world.admin)).value();
  const auto other = host_of("web1", "two");
  link(other, vault);
  EXPECT_THAT(name_of(other, vault), testing::StartsWith("web1-")) << "the snapshots of the other one are still there";
  link(host, vault);
  EXPECT_EQ(name_of(host, vault), "web1");
}

TEST_F(SnapshotNames, AreEachRepositorysOwn) {
  const auto vault = repository("vault", "sftp:nas:/vault");
  const auto attic = repository("attic", "sftp:nas:/attic");
  const auto same = repository("vault again", "sftp:nas:/vault");
  const auto first = host_of("web1", "one");
  const auto second = host_of("web1", "two");
  link(first, vault);
  link(second, attic);
  link(second, same);
  EXPECT_EQ(name_of(first, vault), "web1");
  EXPECT_EQ(name_of(second, attic), "web1");
  EXPECT_THAT(name_of(second, same), testing::StartsWith("web1-")) << "it is the same repository by another name";
  const auto detail = world.run(world.hosts.detail(second, Scope{})).value();
  EXPECT_EQ(detail.snapshot_hosts.size(), 2u);
  EXPECT_EQ(detail.snapshot_hosts.at(attic), "web1");
}

}  // namespace
}  // namespace holdfast::fleet
