#include "fleet/repositories.hpp"

#include <gtest/gtest.h>

#include "world.hpp"

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

TEST_F(RepositoriesTest, AnEmptyPasswordKeepsTheStoredOne) {
  const auto id = world.run(world.repositories.add(edit("first-secret", "user", "login-secret"), world.admin)).value();
  ASSERT_TRUE(world.run(world.repositories.change(id, edit("", "user", ""), world.admin)));
  EXPECT_EQ(stored(id).password, "first-secret");
  EXPECT_EQ(stored(id).server_password, "login-secret");
  ASSERT_TRUE(world.run(world.repositories.change(id, edit("second-secret"), world.admin)));
  EXPECT_EQ(stored(id).password, "second-secret");
  EXPECT_EQ(stored(id).server_user, "") << "without a user there is no login";
}

TEST_F(RepositoriesTest, ANameIsTakenOnce) {
  world.run(world.repositories.add(edit("secret"), world.admin)).value();
  EXPECT_EQ(world.run(world.repositories.add(edit("secret"), world.admin)).error().code, "name_taken");
}

TEST_F(RepositoriesTest, OneInUseIsNotRemoved) {
  const auto host = world.ready_host();
  const auto job = world.run(world.jobs.start(host, {}, world.admin)).value();
  EXPECT_EQ(world.run(world.repositories.remove(job.repository, world.admin)).error().code, "repository_busy");
}

}  // namespace
}  // namespace holdfast::fleet
