#include "fleet/accounts/accounts.hpp"

#include <gtest/gtest.h>

#include "fleet_world.hpp"

namespace holdfast::fleet {
namespace {

using namespace std::chrono_literals;

constexpr auto kPassword = "a-long-enough-password";

struct AccountsTest : testing::Test {
  core::Result<SignedIn> set_up(std::string password = kPassword) {
    const auto token = world.run(world.accounts.make_setup_token()).value();
    return world.run(world.accounts.set_up(token, "anna", std::move(password), world.admin, "test"));
  }
  core::Result<SignedIn> sign_in(std::string name, std::string password, std::string address = "192.0.2.9") {
    return world.run(world.accounts.sign_in(std::move(name), std::move(password), {"", std::move(address)}, "test"));
  }
  World world;
};

TEST_F(AccountsTest, TheSetUpTokenMakesTheFirstAdminAndSignsThemIn) {
  const auto signed_in = set_up();
  ASSERT_TRUE(signed_in);
  EXPECT_EQ(world.run(world.accounts.identify(signed_in->token))->name, "anna");
  EXPECT_FALSE(world.run(world.accounts.needs_set_up()));
}

TEST_F(AccountsTest, AUsedSetUpTokenIsWorthNothing) {
  const auto token = world.run(world.accounts.make_setup_token()).value();
  ASSERT_TRUE(world.run(world.accounts.set_up(token, "anna", kPassword, world.admin, "")));
  const auto again = world.run(world.accounts.set_up(token, "eve", kPassword, world.admin, ""));
  EXPECT_EQ(again.error().kind, core::ErrorKind::NotFound);
}

TEST_F(AccountsTest, AnOlderSetUpTokenEndsWithTheNextOne) {
  const auto older = world.run(world.accounts.make_setup_token()).value();
  world.run(world.accounts.make_setup_token());
  EXPECT_EQ(world.run(world.accounts.set_up(older, "anna", kPassword, world.admin, "")).error().code,
            "setup_token_wrong");
}

TEST_F(AccountsTest, TheFirstPasswordMustBeLongAndUncommon) {
  EXPECT_EQ(set_up("short").error().code, "password_short");
  EXPECT_EQ(set_up("aaaaaaaaaaaaaaaa").error().code, "password_common");
  EXPECT_EQ(set_up("PasswordPassword").error().code, "password_common");
  EXPECT_EQ(set_up(std::string(2000, 'x') + "y").error().code, "password_long");
  EXPECT_TRUE(world.run(world.accounts.needs_set_up()));
}

TEST_F(AccountsTest, SignsInWithTheRightPasswordInAnyCaseOfTheName) {
  ASSERT_TRUE(set_up());
  EXPECT_TRUE(sign_in("Anna", kPassword));
  EXPECT_EQ(sign_in("anna", "something-else-altogether").error().code, "wrong_pair");
  EXPECT_EQ(sign_in("nobody", kPassword).error().code, "wrong_pair");
}

TEST_F(AccountsTest, ASessionEndsAfterSevenDaysAndOnSignOut) {
  const auto first = set_up().value();
  world.clock.advance(std::chrono::days(7) - 1s);
  EXPECT_TRUE(world.run(world.accounts.identify(first.token)));
  world.clock.advance(1s);
  EXPECT_FALSE(world.run(world.accounts.identify(first.token)));
  const auto second = sign_in("anna", kPassword).value();
  world.run(world.accounts.sign_out(second.token));
  EXPECT_FALSE(world.run(world.accounts.identify(second.token)));
}

TEST_F(AccountsTest, FailuresSlowDownTheAccountWhereTheyCameFromAndNobodyElsewhere) {
  ASSERT_TRUE(set_up());
  for (int i = 0; i < 6; ++i) sign_in("anna", "wrong-password-here", "198.51.100.1");
  const auto throttled = sign_in("Anna", kPassword, "198.51.100.1");
  EXPECT_EQ(throttled.error().kind, core::ErrorKind::TooMany);
  ASSERT_TRUE(throttled.error().retry_after);
  EXPECT_TRUE(sign_in("anna", kPassword, "203.0.113.1"));
  EXPECT_TRUE(sign_in("nobody", kPassword, "198.51.100.1").error().kind == core::ErrorKind::Unauthorized);
  world.clock.advance(*throttled.error().retry_after);
  EXPECT_TRUE(sign_in("anna", kPassword, "198.51.100.1"));
}

TEST_F(AccountsTest, WhereNothingCanBeCheckedNothingFailedAndNothingIsCounted) {
  ASSERT_TRUE(set_up());
  runtime::WorkerPool full("hashing", 0, 0);
  Accounts busy(world.database, world.clock, full, world.live, world.watch, {});
  for (int i = 0; i < 30; ++i) {
    const auto answer = world.run(busy.sign_in("anna", kPassword, {"", "192.0.2.9"}, "test"));
    ASSERT_EQ(answer.error().kind, core::ErrorKind::Unavailable) << i;
    EXPECT_EQ(answer.error().code, "busy");
  }
}

TEST_F(AccountsTest, AChangedPasswordEndsAllOtherSessionsOfTheAccount) {
  const auto here = set_up().value();
  const auto elsewhere = sign_in("Anna", kPassword).value();
  const auto heard = world.live.subscribe({{Topic::Session, {}}});
  const auto change = [&](std::string old_password, std::string new_password) {
    return world.run(world.accounts.change_password({"anna", "192.0.2.9"}, here.token, std::move(old_password),
                                                    std::move(new_password)));
  };
  EXPECT_EQ(change("not-the-password", "another-long-password").error().code, "old_password_wrong");
  EXPECT_EQ(change(kPassword, "short").error().code, "password_short");
  EXPECT_TRUE(world.run(world.accounts.identify(elsewhere.token)));
  ASSERT_TRUE(change(kPassword, "another-long-password"));
  EXPECT_TRUE(world.run(world.accounts.identify(here.token)));
  EXPECT_FALSE(world.run(world.accounts.identify(elsewhere.token)));
  EXPECT_EQ(world.run(heard->wait(0s)).size(), 1U);
  EXPECT_EQ(sign_in("anna", kPassword).error().code, "wrong_pair");
  EXPECT_TRUE(sign_in("anna", "another-long-password"));
}

TEST_F(AccountsTest, TheOldPasswordIsGuessedNoFasterThanAtTheSignIn) {
  const auto here = set_up().value();
  core::Result<> answer;
  for (int i = 0; i < 7; ++i)
    answer = world.run(
        world.accounts.change_password({"anna", "192.0.2.9"}, here.token, "not-the-password", "another-long-password"));
  EXPECT_EQ(answer.error().kind, core::ErrorKind::TooMany);
}

TEST_F(AccountsTest, APasswordOfTheConfigurationIsChangedThere) {
  EXPECT_FALSE(world.run(world.accounts.has_own_password("admin")));
  EXPECT_EQ(world.run(world.accounts.change_password({"admin", ""}, "", "x", "another-long-password")).error().code,
            "password_configured");
}

TEST_F(AccountsTest, ASignOutIsHeardOf) {
  const auto here = set_up().value();
  const auto heard = world.live.subscribe({{Topic::Session, {}}});
  world.run(world.accounts.sign_out(here.token));
  EXPECT_EQ(world.run(heard->wait(0s)).size(), 1U);
}

TEST_F(AccountsTest, TheSetUpTokenIsCheckedBeforeAnythingIsTyped) {
  const auto token = world.run(world.accounts.make_setup_token()).value();
  EXPECT_TRUE(world.run(world.accounts.check_setup_token(token, "192.0.2.9")));
  EXPECT_EQ(world.run(world.accounts.check_setup_token("wrong", "192.0.2.9")).error().code, "setup_token_wrong");
  ASSERT_TRUE(world.run(world.accounts.set_up(token, "anna", kPassword, world.admin, "")));
  EXPECT_EQ(world.run(world.accounts.check_setup_token(token, "192.0.2.9")).error().kind, core::ErrorKind::NotFound);
}

TEST_F(AccountsTest, FailuresSlowDownAWholeNetworkOfIpv6) {
  ASSERT_TRUE(set_up());
  for (int i = 0; i < 21; ++i)
    sign_in("nobody-" + std::to_string(i), "wrong-password-here", "2001:db8:1:2::" + std::to_string(i));
  EXPECT_EQ(sign_in("anna", kPassword, "2001:db8:1:2:ffff::1").error().kind, core::ErrorKind::TooMany);
  EXPECT_TRUE(sign_in("anna", kPassword, "2001:db8:1:3::1"));
}

TEST_F(AccountsTest, AConfiguredBcryptHashOfAnyVariantSignsInAsAdmin) {
  for (const auto* variant : {"$2a$", "$2b$", "$2y$"}) {
    const std::string hash = std::string(variant) + "04$abcdefghijklmnopqrstuuZuYBRmPkNgkn6tH0Z3yWchZFWfLHRGW";
    Accounts with_hash(world.database, world.clock, world.hashing, world.live, world.watch, {hash, false});
    EXPECT_FALSE(world.run(with_hash.needs_set_up()));
    EXPECT_TRUE(world.run(with_hash.sign_in("admin", "configured-password", world.admin, ""))) << variant;
    EXPECT_EQ(world.run(with_hash.sign_in("anna", "configured-password", world.admin, "")).error().code, "wrong_pair");
  }
}

TEST_F(AccountsTest, WithSignInDisabledEverybodyIsAdmin) {
  Accounts open(world.database, world.clock, world.hashing, world.live, world.watch, {"", true});
  EXPECT_EQ(world.run(open.identify(""))->name, "admin");
  EXPECT_FALSE(world.run(open.make_setup_token()));
}

}  // namespace
}  // namespace holdfast::fleet
