#include "core/look_alike.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/backup.hpp"
#include "core/text.hpp"

namespace holdfast::core {
namespace {

TEST(HasHiddenCharacter, FindsWhatNobodySees) {
  for (const auto* hidden : {"db1\u200B", "db1\u202E", "db\u00A01", "db1\u0085", "db1\n", "\uFEFFdb1", "d\u00ADb1",
                             "db1\u2060", "db1\U000E0031", "db\u30001", "db1\u3164"})
    EXPECT_TRUE(has_hidden_character(hidden)) << hidden;
  for (const auto* plain : {"db1", "web server 2", "Łódź", "データ", "db-1_(old)", "", "🐳"})
    EXPECT_FALSE(has_hidden_character(plain)) << plain;
}

TEST(CheckName, RefusesHiddenCharacters) {
  EXPECT_FALSE(check_name("The host name", "db1\u200B"));
  EXPECT_FALSE(check_name("The host name", "db\u00A01"));
  EXPECT_TRUE(check_name("The host name", "Łódź 2"));
}

TEST(LookAlikeForm, IsTheSameForNamesThatLookAlike) {
  const auto form = look_alike_form("db1");
  for (const auto* other : {"DB1", "db1\u200B", "dbl", "\u202Edb1", "db 1", "ｄｂ１", "\u0501b1"})
    EXPECT_EQ(look_alike_form(other), form) << other;
  EXPECT_EQ(look_alike_form("mail"), look_alike_form("m\u0430il"));
  for (const auto* other : {"db2", "dbb1", "db", "web1"}) EXPECT_NE(look_alike_form(other), form) << other;
}

RC_GTEST_PROP(LookAlikeForm, IsValidAndItsOwnForm, (const std::string& bytes)) {
  const std::string form = look_alike_form(to_valid_utf8(bytes));
  RC_ASSERT(is_valid_utf8(form));
  RC_ASSERT(look_alike_form(form) == form);
  RC_ASSERT(!has_hidden_character(form));
}

}  // namespace
}  // namespace holdfast::core
