#include <gmock/gmock.h>

#include "reports/sample_rows.hpp"

namespace holdfast::store {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

class Repositories : public SampleTest {
 protected:
  bool add(const core::Repository& repository) {
    return write([&](Transaction& transaction) { return add_repository(transaction, repository); });
  }
  bool update(const core::Repository& repository) {
    return write([&](Transaction& transaction) { return update_repository(transaction, repository); });
  }
  bool remove(const core::RepositoryId& id) {
    return write([&](Transaction& transaction) { return remove_repository(transaction, id); });
  }
  std::optional<core::Repository> find(const core::RepositoryId& id) {
    return read([&](View& view) { return find_repository(view, id); });
  }
  void link(const core::HostId& host, const core::RepositoryId& repository, core::Time when) {
    write([&](Transaction& transaction) { link_repository(transaction, host, repository, when); });
  }
  std::vector<core::Repository> of(const core::HostId& host) {
    return read([&](View& view) { return repositories_of(view, host); });
  }
};

TEST_F(Repositories, AreFoundAsTheyWereAdded) {
  const core::Repository repository = make_repository("offsite");
  EXPECT_TRUE(add(repository));
  const std::optional<core::Repository> found = find(repository.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->customer, customer());
  EXPECT_EQ(found->name, "offsite");
  EXPECT_EQ(found->url, repository.url);
  EXPECT_EQ(found->sealed_password, repository.sealed_password);
  EXPECT_EQ(found->server_user, "backup");
  EXPECT_EQ(found->sealed_server_password, "");
  EXPECT_EQ(found->created_at, repository.created_at);
  EXPECT_FALSE(found->existing);
  EXPECT_FALSE(find(make_id<core::RepositoryId>(1)));
}

TEST_F(Repositories, KeepTheirVariables) {
  core::Repository repository = make_repository("offsite");
  const std::string sealed("\x01\x00\xFF", 3);
  repository.sealed_variables = {{"B2_ACCOUNT_ID", sealed}, {"B2_ACCOUNT_KEY", "sealed key"}};
  EXPECT_TRUE(add(repository));
  EXPECT_EQ(find(repository.id)->sealed_variables, repository.sealed_variables);
  const auto listed = read([](View& view) { return list_repositories(view); });
  EXPECT_EQ(listed.front().sealed_variables, repository.sealed_variables);
  repository.sealed_variables = {{"B2_ACCOUNT_KEY", "another key"}};
  EXPECT_TRUE(update(repository));
  EXPECT_EQ(find(repository.id)->sealed_variables, repository.sealed_variables);
  const core::Repository other = make_repository("local");
  EXPECT_TRUE(add(other));
  EXPECT_THAT(find(other.id)->sealed_variables, IsEmpty());
  EXPECT_TRUE(remove(repository.id));
}

TEST_F(Repositories, HaveDifferentNamesWithinACustomer) {
  const core::Repository first = make_repository("offsite");
  core::Repository second = make_repository("offsite");
  EXPECT_TRUE(add(first));
  EXPECT_FALSE(add(second));
  second.name = "local";
  EXPECT_TRUE(add(second));
  second.name = "offsite";
  EXPECT_FALSE(update(second));
  EXPECT_EQ(find(second.id)->name, "local");
}

TEST_F(Repositories, AreListedByName) {
  for (const char* name : {"b", "A", "c"}) add(make_repository(name));
  EXPECT_THAT(read(list_repositories),
              ElementsAre(Field(&core::Repository::name, "A"), Field(&core::Repository::name, "b"),
                          Field(&core::Repository::name, "c")));
}

TEST_F(Repositories, ChangeAllButTheirCustomer) {
  core::Repository repository = make_repository("offsite");
  add(repository);
  repository.name = "renamed";
  repository.url = "/srv/elsewhere";
  repository.sealed_password = std::string("\0other", 6);
  repository.server_user = "";
  repository.sealed_server_password = "sealed";
  repository.existing = true;
  EXPECT_TRUE(update(repository));
  const std::optional<core::Repository> found = find(repository.id);
  EXPECT_EQ(found->name, "renamed");
  EXPECT_EQ(found->url, "/srv/elsewhere");
  EXPECT_EQ(found->sealed_password, repository.sealed_password);
  EXPECT_EQ(found->server_user, "");
  EXPECT_TRUE(found->existing);
  EXPECT_EQ(found->sealed_server_password, "sealed");
  repository.id = make_id<core::RepositoryId>(1);
  EXPECT_FALSE(update(repository));
}

TEST_F(Repositories, LeaveTheirJobsBehind) {
  const core::Job job = add_sample_job(5);
  EXPECT_TRUE(remove(job.repository));
  EXPECT_FALSE(remove(job.repository));
  const std::optional<core::Job> found = read([&](View& view) { return find_job(view, job.id); });
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->repository.empty());
  EXPECT_EQ(found->repository_name, "");
  EXPECT_THAT(of(job.host), IsEmpty());
}

TEST_F(Repositories, OfAHostAreInTheOrderOfLinking) {
  const core::Host host = add_host_named("web1");
  const core::Repository first = make_repository("z");
  const core::Repository second = make_repository("a");
  const core::Repository third = make_repository("m");
  for (const core::Repository& repository : {first, second, third}) add(repository);
  link(host.id, first.id, at(10));
  link(host.id, second.id, at(10));
  link(host.id, third.id, at(20));
  link(host.id, first.id, at(30));  // is linked already
  EXPECT_THAT(of(host.id), ElementsAre(Field(&core::Repository::name, "z"), Field(&core::Repository::name, "a"),
                                       Field(&core::Repository::name, "m")));
  write([&](Transaction& transaction) { unlink_repository(transaction, host.id, first.id); });
  EXPECT_THAT(of(host.id), ElementsAre(Field(&core::Repository::name, "a"), Field(&core::Repository::name, "m")));
}

TEST_F(Repositories, KnowTheHostsThatUseThem) {
  const core::Repository repository = make_repository("offsite");
  add(repository);
  const core::Host second = add_host_named("web2");
  const core::Host first = add_host_named("web1");
  add_host_named("web3");
  for (const core::Host& host : {second, first}) link(host.id, repository.id, at(1));
  const auto hosts = read([&](View& view) { return hosts_of(view, repository.id); });
  EXPECT_THAT(hosts, ElementsAre(Field(&core::Host::name, "web1"), Field(&core::Host::name, "web2")));
}

}  // namespace
}  // namespace holdfast::store
