#include "fleet/accounts.hpp"

#include <gtest/gtest.h>

#include "world.hpp"

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

TEST_F(AccountsTest, FailuresSlowDownTheAccountFromEveryAddress) {
  ASSERT_TRUE(set_up());
  for (int i = 0; i < 6; ++i) sign_in("anna", "wrong-password-here", "198.51.100." + std::to_string(i));
  const auto throttled = sign_in("anna", kPassword, "203.0.113.1");
  EXPECT_EQ(throttled.error().kind, core::ErrorKind::TooMany);
  ASSERT_TRUE(throttled.error().retry_after);
  world.clock.advance(*throttled.error().retry_after);
  EXPECT_TRUE(sign_in("anna", kPassword, "203.0.113.1"));
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
    Accounts with_hash(world.database, world.clock, world.hashing, {hash, false});
    EXPECT_FALSE(world.run(with_hash.needs_set_up()));
    EXPECT_TRUE(world.run(with_hash.sign_in("admin", "configured-password", world.admin, ""))) << variant;
    EXPECT_EQ(world.run(with_hash.sign_in("anna", "configured-password", world.admin, "")).error().code, "wrong_pair");
  }
}

TEST_F(AccountsTest, WithSignInDisabledEverybodyIsAdmin) {
  Accounts open(world.database, world.clock, world.hashing, {"", true});
  EXPECT_EQ(world.run(open.identify(""))->name, "admin");
  EXPECT_FALSE(world.run(open.make_setup_token()));
}

}  // namespace
}  // namespace holdfast::fleet
