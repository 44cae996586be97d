#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/secrets/crypto.hpp"

namespace holdfast::runtime {
namespace {

// bcrypt of "correct horse" with cost 4, for "a", "b" and "y".
std::string bcrypt_hash(const std::string& variant) {
  return "$2" + variant + "$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
}
const std::string kBcryptOf72TimesX = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i";
const std::string kBcryptOfNothing = "$2b$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq";

TEST(Password, MakesArgon2idWithTheChosenCost) {
  const std::string hash = hash_password("correct horse");
  EXPECT_THAT(hash, testing::StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
  EXPECT_TRUE(is_password_hash(hash));
  EXPECT_TRUE(verify_password(hash, "correct horse"));
  EXPECT_FALSE(verify_password(hash, "correct hors"));
  EXPECT_FALSE(verify_password(hash, ""));
  EXPECT_NE(hash_password("correct horse"), hash);
}

TEST(Password, VerifiesTheThreeVariantsOfBcrypt) {
  for (const char* variant : {"a", "b", "y"}) {
    EXPECT_TRUE(is_password_hash(bcrypt_hash(variant)));
    EXPECT_TRUE(verify_password(bcrypt_hash(variant), "correct horse"));
    EXPECT_FALSE(verify_password(bcrypt_hash(variant), "correct hors"));
  }
}

TEST(Password, DoesNotCutLongPasswordsForBcrypt) {
  EXPECT_TRUE(verify_password(kBcryptOf72TimesX, std::string(72, 'x')));
  EXPECT_FALSE(verify_password(kBcryptOf72TimesX, std::string(73, 'x')));
}

TEST(Password, DoesNotCutPasswordsAtNulForBcrypt) {
  using namespace std::string_literals;
  EXPECT_TRUE(verify_password(kBcryptOfNothing, ""));
  EXPECT_FALSE(verify_password(kBcryptOfNothing, "\0"s));
  EXPECT_FALSE(verify_password(bcrypt_hash("b"), "correct horse\0x"s));
}

TEST(Password, RefusesEveryOtherFormat) {
  const std::string good = bcrypt_hash("b");
  const std::string hashes[] = {
      "",
      "correct horse",
      "*0",
      "$1$salt$qJH7.N4xYta3aEG/dfqo/0",
      "$y$j9T$salt$hash",
      "$argon2id$v=19$m=19456,t=2,p=1$nonsense",
      "$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaA",
      good.substr(0, 59),
      good + "a",
      bcrypt_hash("x"),
      "$2b$03$" + good.substr(7),
      "$2b$32$" + good.substr(7),
      "$2b$0x$" + good.substr(7),
      good.substr(0, 59) + "=",
      std::string(hash_password("correct horse")) + '\0',
  };
  for (const std::string& hash : hashes) {
    EXPECT_FALSE(is_password_hash(hash)) << hash;
    EXPECT_FALSE(verify_password(hash, "correct horse")) << hash;
  }
}

}  // namespace
}  // namespace holdfast::runtime
