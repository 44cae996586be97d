#include "store/hosts/hosts.hpp"

#include <gmock/gmock.h>

#include "reports/sample_rows.hpp"

namespace holdfast::store {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

class Hosts : public SampleTest {
 protected:
  std::optional<core::Host> find(const core::HostId& id) {
    return read([&](View& view) { return find_host(view, id); });
  }
};

TEST_F(Hosts, AreFoundAsTheyWereAdded) {
  const core::Host host = add_host_named("web1");
  const std::optional<core::Host> found = find(host.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->customer, customer());
  EXPECT_EQ(found->name, "web1");
  EXPECT_TRUE(found->enrolled);
  EXPECT_EQ(found->facts, host.facts);
  EXPECT_EQ(found->created_at, host.created_at);
  EXPECT_EQ(found->last_seen_at, std::nullopt);
  EXPECT_FALSE(find(make_id<core::HostId>(1)));
}

TEST_F(Hosts, OfAnUnknownCustomerAreAnError) {
  core::Host host = make_host("web1");
  host.customer = make_id<core::CustomerId>(1);
  EXPECT_THROW(write([&](Transaction& transaction) { add_host(transaction, host); }), core::DatabaseError);
}

TEST_F(Hosts, MayShareAName) {
  const core::Host first = add_host_named("web1");
  const core::Host second = add_host_named("web1");
  add_host_named("web2");
  const auto found = read([&](View& view) { return find_hosts_by_name(view, customer(), "web1"); });
  EXPECT_THAT(found,
              testing::UnorderedElementsAre(Field(&core::Host::id, first.id), Field(&core::Host::id, second.id)));
  EXPECT_THAT(read([](View& view) { return find_hosts_by_name(view, make_id<core::CustomerId>(1), "web1"); }),
              IsEmpty());
}

TEST_F(Hosts, AreListedByNameAndCounted) {
  for (const char* name : {"web2", "Web1", "db"}) add_host_named(name);
  EXPECT_THAT(read(list_hosts), ElementsAre(Field(&core::Host::name, "db"), Field(&core::Host::name, "Web1"),
                                            Field(&core::Host::name, "web2")));
  EXPECT_EQ(read(count_hosts), 3u);
  core::Host report_only = add_host_named("nas");
  report_only.id = make_id<core::HostId>(77);
  report_only.enrolled = false;
  write([&](Transaction& transaction) { add_host(transaction, report_only); });
  EXPECT_EQ(read(count_hosts), 5u);
  EXPECT_EQ(read(count_agents), 4u);
}

TEST_F(Hosts, CanBeRenamed) {
  const core::Host host = add_host_named("web1");
  const auto rename = [this](const core::HostId& id) {
    return write([&](Transaction& transaction) { return rename_host(transaction, id, "O'Brien \"; --"); });
  };
  EXPECT_TRUE(rename(host.id));
  EXPECT_EQ(find(host.id)->name, "O'Brien \"; --");
  EXPECT_FALSE(rename(make_id<core::HostId>(1)));
}

TEST_F(Hosts, RememberTheirLatestFactsAndWhenTheyWereSeen) {
  const core::Host host = add_host_named("web1");
  const core::HostFacts facts{"web1.example", "Debian 13", "aarch64", "6.12", "0.2.0", "0.18.0", "10.0.0.9"};
  write([&](Transaction& transaction) {
    set_host_facts(transaction, host.id, facts);
    set_host_seen(transaction, host.id, at(77));
  });
  EXPECT_EQ(find(host.id)->facts, facts);
  EXPECT_EQ(find(host.id)->last_seen_at, at(77));
}

TEST_F(Hosts, LeaveWithAllThatIsTheirs) {
  const core::Job job = add_sample_job(5);
  const core::Host other = add_host_named("other");
  write([&](Transaction& transaction) {
    append_log(transaction, job.id, {{1, at(1), core::LogLevel::Info, "line"}});
    add_credential(transaction, {job.host, "hash", at(1), std::nullopt, std::nullopt});
  });
  const auto remove = [&] {
    return write([&](Transaction& transaction) { return remove_host(transaction, job.host); });
  };
  EXPECT_TRUE(remove());
  EXPECT_FALSE(remove());
  const auto count = [this](const std::string& table) {
    return read([&](View& view) { return count_rows(view, table); });
  };
  for (const char* table : {"jobs", "job_log", "source_groups", "host_credentials", "host_repositories"}) {
    EXPECT_EQ(count(table), 0) << table;
  }
  EXPECT_EQ(count("repositories"), 1);
  EXPECT_TRUE(find(other.id));
}

class Credentials : public SampleTest {
 protected:
  void add(const core::HostId& host, const std::string& hash, std::optional<core::Time> expires_at = std::nullopt,
           std::optional<std::string> sealed = std::nullopt) {
    write([&](Transaction& transaction) { add_credential(transaction, {host, hash, at(1), expires_at, sealed}); });
  }
  std::optional<HostCredential> find(std::string_view hash) {
    return read([&](View& view) { return find_credential(view, hash); });
  }
  bool has(const core::HostId& host, core::Time now) {
    return read([&](View& view) { return has_credentials(view, host, now); });
  }
};

TEST_F(Credentials, NameTheirHost) {
  const core::Host host = add_host_named("web1");
  const std::string hash("\0\xfe", 2);
  add(host.id, hash, at(9));
  EXPECT_EQ(find(hash)->host, host.id);
  EXPECT_EQ(find(hash)->token_hash, hash);
  EXPECT_EQ(find(hash)->created_at, at(1));
  EXPECT_EQ(find(hash)->expires_at, at(9));
  EXPECT_FALSE(find("other"));
}

TEST_F(Credentials, PendUntilTheyAreUsedAndThenAreTheOnlyOnes) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  const std::string sealed("\0sealed", 7);
  add(host.id, "old", at(9));
  add(host.id, "new", std::nullopt, sealed);
  add(other.id, "theirs");
  const auto pending = [&] { return read([&](View& view) { return find_pending_credential(view, host.id); }); };
  EXPECT_EQ(pending()->token_hash, "new");
  EXPECT_EQ(pending()->sealed_bearer, sealed);
  write([&](Transaction& transaction) {
    settle_credential(transaction, *find_pending_credential(transaction, host.id));
  });
  EXPECT_FALSE(pending());
  EXPECT_FALSE(find("old"));
  EXPECT_EQ(find("new")->sealed_bearer, std::nullopt);
  EXPECT_TRUE(find("theirs"));
}

TEST_F(Credentials, ThatAreRotatedEndAtTheGivenMomentUnlessTheyEndSooner) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  add(host.id, "forever");
  add(host.id, "late", at(200));
  add(host.id, "soon", at(50));
  add(host.id, "kept");
  add(other.id, "theirs");
  write([&](Transaction& transaction) { expire_credentials_except(transaction, host.id, "kept", at(100)); });
  EXPECT_EQ(find("forever")->expires_at, at(100));
  EXPECT_EQ(find("late")->expires_at, at(100));
  EXPECT_EQ(find("soon")->expires_at, at(50));
  EXPECT_EQ(find("kept")->expires_at, std::nullopt);
  EXPECT_EQ(find("theirs")->expires_at, std::nullopt);
}

TEST_F(Credentials, CountUntilTheyExpireOrAreRemoved) {
  const core::Host host = add_host_named("web1");
  EXPECT_FALSE(has(host.id, at(0)));
  add(host.id, "short", at(10));
  EXPECT_TRUE(has(host.id, at(9)));
  EXPECT_FALSE(has(host.id, at(10)));
  add(host.id, "forever");
  EXPECT_TRUE(has(host.id, at(10)));
  write([&](Transaction& transaction) { remove_credentials(transaction, host.id); });
  EXPECT_FALSE(has(host.id, at(0)));
}

class SourceGroups : public SampleTest {
 protected:
  std::optional<core::SourceGroup> find(const core::SourceGroupId& id) {
    return read([&](View& view) { return find_source_group(view, id); });
  }
};

TEST_F(SourceGroups, BelongToOneHost) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  const core::SourceGroup first = add_group(host.id, "system");
  const core::SourceGroup second = add_group(host.id, "home");
  add_group(other.id, "system");
  const auto groups = read([&](View& view) { return list_source_groups(view, host.id); });
  EXPECT_THAT(groups, ElementsAre(Field(&core::SourceGroup::id, first.id), Field(&core::SourceGroup::id, second.id)));
  EXPECT_EQ(groups[0].host, host.id);
  EXPECT_EQ(groups[0].name, "system");
  EXPECT_EQ(groups[0].sources, first.sources);
  EXPECT_EQ(groups[0].created_at, first.created_at);
}

TEST_F(SourceGroups, ChangeTheirNameAndSources) {
  core::SourceGroup group = add_group(add_host_named("web1").id, "system");
  group.name = "all";
  group.sources = {{"/"}, {"/proc"}, {}};
  group.backup_age = std::chrono::hours(192);
  const auto update = [&] {
    return write([&](Transaction& transaction) { return update_source_group(transaction, group); });
  };
  EXPECT_TRUE(update());
  EXPECT_EQ(find(group.id)->name, "all");
  EXPECT_EQ(find(group.id)->sources, group.sources);
  EXPECT_EQ(find(group.id)->backup_age, group.backup_age);
  group.id = make_id<core::SourceGroupId>(1);
  EXPECT_FALSE(update());
}

TEST_F(SourceGroups, LeaveTheirJobsBehind) {
  const core::Job job = add_sample_job(5);
  const auto remove = [&] {
    return write([&](Transaction& transaction) { return remove_source_group(transaction, group_of(job)); });
  };
  EXPECT_TRUE(remove());
  EXPECT_FALSE(remove());
  const std::optional<core::Job> found = read([&](View& view) { return find_job(view, job.id); });
  ASSERT_TRUE(found);
  EXPECT_TRUE(group_of(*found).empty());
  EXPECT_EQ(found->source_group_name, "");
}

}  // namespace
}  // namespace holdfast::store
