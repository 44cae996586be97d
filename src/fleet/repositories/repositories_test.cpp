#include "fleet/repositories/repositories.hpp"

#include <gtest/gtest.h>

#include "fleet_world.hpp"
#include "store/hosts/hosts.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

struct RepositoriesTest : testing::Test {
  core::RepositoryAccess stored(const core::RepositoryId& id) {
    const auto look = [&](store::View& view) { return *store::find_repository(view, id); };
    return open_access(world.secrets, world.run(world.database.read(look))).value();
  }
  RepositoryEdit edit(std::string password, std::string server_user = "", std::string server_password = "") {
    return {"repo",
            {"rest:https://host/repo/", std::move(password), std::move(server_user), std::move(server_password)}};
  }
  World world;
};

TEST_F(RepositoriesTest, SecretsAreSealedAndNeverListed) {
  const auto id = world.run(world.repositories.add(edit("first-secret", "user", "login-secret"), world.admin)).value();
  const auto overview = world.run(world.repositories.find(id)).value();
  EXPECT_TRUE(overview.repository.sealed_password.empty());
  EXPECT_TRUE(overview.repository.sealed_server_password.empty());
  EXPECT_TRUE(overview.has_server_password);
  const auto look = [&](store::View& view) { return store::find_repository(view, id)->sealed_password; };
  EXPECT_EQ(world.run(world.database.read(look)).find("first-secret"), std::string::npos);
  EXPECT_EQ(stored(id).password, "first-secret");
}

TEST_F(RepositoriesTest, OtherRecordsOfTheSameLocationAreNamed) {
  auto again = edit("first-secret");
  const auto id = world.run(world.repositories.add(again, world.admin)).value();
  EXPECT_TRUE(world.run(world.repositories.find(id)).value().twins.empty());
  again.name = "again";
  again.access.url = "rest:https://host/repo";
  const auto twin = world.run(world.repositories.add(again, world.admin)).value();
  again.name = "elsewhere";
  again.access.url = "rest:https://host/repository/";
  world.run(world.repositories.add(again, world.admin)).value();
  EXPECT_EQ(world.run(world.repositories.find(id)).value().twins, std::vector<std::string>{"again"});
  EXPECT_EQ(world.run(world.repositories.find(twin)).value().twins, std::vector<std::string>{"repo"});
}

TEST_F(RepositoriesTest, AnEmptyPasswordKeepsTheStoredOne) {
  const auto id = world.run(world.repositories.add(edit("first-secret", "user", "login-secret"), world.admin)).value();
  ASSERT_TRUE(world.run(world.repositories.change(id, edit("", "user", ""), world.admin)));
  EXPECT_EQ(stored(id).password, "first-secret");
  EXPECT_EQ(stored(id).server_password, "login-secret");
  ASSERT_TRUE(world.run(world.repositories.change(id, edit("second-secret"), world.admin)));
  EXPECT_EQ(stored(id).password, "second-secret");
  EXPECT_EQ(stored(id).server_user, "") << "without a user there is no login";
}

TEST_F(RepositoriesTest, VariablesAreSealedEachForItsOwnName) {
  auto wanted = edit("first-secret");
  wanted.access.url = "b2:bucket:path";
  wanted.variables = {{"B2_ACCOUNT_ID", "account"}, {"B2_ACCOUNT_KEY", "hidden-key"}};
  const auto id = world.run(world.repositories.add(wanted, world.admin)).value();
  const auto overview = world.run(world.repositories.find(id)).value();
  EXPECT_EQ(overview.variables, (std::vector<std::string>{"B2_ACCOUNT_ID", "B2_ACCOUNT_KEY"}));
  EXPECT_TRUE(overview.repository.sealed_variables.empty());
  const auto look = [&](store::View& view) { return *store::find_repository(view, id); };
  auto row = world.run(world.database.read(look));
  EXPECT_EQ(row.sealed_variables.at("B2_ACCOUNT_KEY").find("hidden-key"), std::string::npos);
  EXPECT_EQ(stored(id).environment.at("B2_ACCOUNT_KEY"), "hidden-key");
  std::swap(row.sealed_variables.at("B2_ACCOUNT_KEY"), row.sealed_variables.at("B2_ACCOUNT_ID"));
  EXPECT_EQ(open_access(world.secrets, row).error().code, "secret_unreadable") << "a value belongs to its name";
}

TEST_F(RepositoriesTest, VariablesAreReplacedAndClearedOneByOne) {
  auto wanted = edit("first-secret");
  wanted.variables = {{"HTTPS_PROXY", "http://proxy:1"}, {"NO_PROXY", "localhost"}};
  const auto id = world.run(world.repositories.add(wanted, world.admin)).value();
  wanted.variables = {{"HTTPS_PROXY", "http://proxy:2"}, {"RESTIC_CACERT", "/etc/ca.pem"}};
  ASSERT_TRUE(world.run(world.repositories.change(id, wanted, world.admin)));
  wanted.variables = {{"NO_PROXY", std::nullopt}};
  ASSERT_TRUE(world.run(world.repositories.change(id, wanted, world.admin)));
  EXPECT_EQ(stored(id).environment,
            (core::Variables{{"HTTPS_PROXY", "http://proxy:2"}, {"RESTIC_CACERT", "/etc/ca.pem"}}));
  wanted.variables = {{"LD_PRELOAD", "/tmp/x.so"}};
  EXPECT_EQ(world.run(world.repositories.change(id, wanted, world.admin)).error().code, "environment_unknown");
  wanted.variables.clear();
  wanted.access.url = "/srv/repo";
  ASSERT_TRUE(world.run(world.repositories.change(id, wanted, world.admin)));
  EXPECT_TRUE(stored(id).environment.empty()) << "a folder has no variables";
}

TEST_F(RepositoriesTest, ANewPasswordIsLongEnough) {
  EXPECT_EQ(world.run(world.repositories.add(edit("restic"), world.admin)).error().code, "password_short");
  auto existing = edit("restic");
  existing.password_of = core::PasswordOf::Existing_repository;
  const auto id = world.run(world.repositories.add(existing, world.admin)).value();
  EXPECT_TRUE(world.run(world.repositories.find(id))->repository.existing);
  existing.access.password = "p";
  EXPECT_TRUE(world.run(world.repositories.change(id, existing, world.admin))) << "it tells what opens it";
  EXPECT_EQ(world.run(world.repositories.change(id, edit("q"), world.admin)).error().code, "password_short");
}

TEST_F(RepositoriesTest, IsNoFolderInsideWhatItsHostBacksUp) {
  const auto host = world.enrol("web-01").host;
  world.run(world.hosts.add_source_group(host, "All", {{"/"}, {"/proc"}, {}}, world.admin)).value();
  auto inside = edit("first-secret");
  inside.access.url = "/srv/vault";
  const auto id = world.run(world.repositories.add(inside, world.admin)).value();
  EXPECT_EQ(world.run(world.repositories.link(host, id, world.admin)).error().code, "path_holds_repository");
  const auto other = world.enrol("web-02").host;
  EXPECT_TRUE(world.run(world.repositories.link(other, id, world.admin)));
  EXPECT_EQ(world.run(world.hosts.add_source_group(other, "Data", {{"/srv"}, {}, {}}, world.admin)).error().code,
            "path_holds_repository");
  EXPECT_TRUE(world.run(world.hosts.add_source_group(other, "Data", {{"/srv"}, {"/srv/vault"}, {}}, world.admin)));
  auto moved = edit("");
  moved.access.url = "/srv/elsewhere";
  EXPECT_EQ(world.run(world.repositories.change(id, moved, world.admin)).error().code, "path_holds_repository");
}

TEST_F(RepositoriesTest, SourceGroupsOfAHostHaveDifferentNames) {
  const auto host = world.enrol("web-01").host;
  const auto id = world.run(world.hosts.add_source_group(host, "Data", {{"/srv"}, {}, {}}, world.admin)).value();
  EXPECT_EQ(world.run(world.hosts.add_source_group(host, "Data", {{"/etc"}, {}, {}}, world.admin)).error().code,
            "name_taken");
  EXPECT_TRUE(world.run(world.hosts.change_source_group(id, "Data", {{"/etc"}, {}, {}}, world.admin)));
  core::SourceSet large{std::vector<std::string>(), {}, {}};
  for (int i = 0; i < 900; ++i) large.paths.push_back("/" + std::to_string(i) + std::string(1500, 'p'));
  EXPECT_EQ(world.run(world.hosts.change_source_group(id, "Data", large, world.admin)).error().code, "paths_too_large");
}

TEST_F(RepositoriesTest, ANameIsTakenOnce) {
  world.run(world.repositories.add(edit("secret-of-twelve"), world.admin)).value();
  EXPECT_EQ(world.run(world.repositories.add(edit("secret-of-twelve"), world.admin)).error().code, "name_taken");
}

TEST_F(RepositoriesTest, OneInUseIsNotRemoved) {
  const auto host = world.ready_host();
  const auto job = world.run(world.jobs.start(host, {}, world.admin)).value();
  EXPECT_EQ(world.run(world.repositories.remove(job.repository, world.admin)).error().code, "repository_busy");
}

}  // namespace
}  // namespace holdfast::fleet
