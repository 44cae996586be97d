#include "repositories/form.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace holdfast::web {
namespace {

http::Form filled(std::string_view body) {
  return http::Form::parse(body).value();
}

const views::VariableField* field_named(const std::vector<views::VariableGroup>& groups, std::string_view name) {
  for (const auto& group : groups)
    for (const auto& field : group.fields)
      if (field.name == name) return &field;
  return nullptr;
}

TEST(RepositoryForm, IsReadWithoutTheBlanksAroundNameAndLocation) {
  const auto edit = read_repository(filled("name=+b2+&url=+b2:bucket+&password=+secret+&existing=yes"));
  EXPECT_EQ(edit.name, "b2");
  EXPECT_EQ(edit.access.url, "b2:bucket");
  EXPECT_EQ(edit.access.password, " secret ") << "a password is what was typed";
  EXPECT_EQ(edit.password_of, core::PasswordOf::Existing_repository);
}

TEST(RepositoryForm, TakesANewVariableBeforeTheWishToRemoveIt) {
  const auto edit = read_repository(filled("env_B2_ACCOUNT_ID=new&clear_B2_ACCOUNT_ID=yes&clear_B2_ACCOUNT_KEY=yes"));
  EXPECT_EQ(edit.variables.at("B2_ACCOUNT_ID"), "new");
  EXPECT_EQ(edit.variables.at("B2_ACCOUNT_KEY"), std::nullopt) << "it is removed";
  EXPECT_FALSE(edit.variables.contains("AWS_ACCESS_KEY_ID")) << "what was left empty stays as it is stored";
}

TEST(RepositoryForm, ReadsNoVariableThatResticIsNotToGet) {
  EXPECT_TRUE(
      read_repository(filled("env_LD_PRELOAD=/tmp/x.so&env_PATH=/tmp&env_RESTIC_PASSWORD=x")).variables.empty());
}

TEST(RepositoryForm, KeepsTheLinesOfACertificateAndDropsTheirReturns) {
  const auto edit = read_repository(filled("env_RESTIC_CACERT=BEGIN%0D%0Aabc%0D%0AEND"));
  EXPECT_EQ(edit.variables.at("RESTIC_CACERT"), "BEGIN\nabc\nEND");
}

TEST(RepositoryForm, ForgetsTheUserWithThePasswordOfTheServer) {
  EXPECT_EQ(read_repository(filled("server_user=ada&clear_server_password=yes")).access.server_user, "");
  EXPECT_EQ(read_repository(filled("server_user=ada")).access.server_user, "ada");
}

TEST(RepositoryForm, IsRefusedWhenThePasswordsDiffer) {
  EXPECT_EQ(check_form(filled("password=a&password_again=b"))->field, "password_again");
  EXPECT_FALSE(check_form(filled("password=a&password_again=a")));
  EXPECT_FALSE(check_form(filled("name=x"))) << "an empty password keeps the stored one";
}

TEST(RepositoryForm, ShowsAgainWhatWasTypedButNoSecret) {
  const auto typed = show_typed(filled("name=b2&url=b2:x&password=secret1&server_password=secret2&server_user=ada"
                                       "&env_B2_ACCOUNT_KEY=secret3&existing=yes"),
                                "01JD");
  EXPECT_EQ(typed.name, "b2");
  EXPECT_EQ(typed.server_user, "ada");
  EXPECT_TRUE(typed.existing);
  EXPECT_TRUE(typed.has_password) << "one is stored";
  EXPECT_FALSE(show_typed(filled("name=b2"), "").has_password);
  const auto* const key = field_named(typed.groups, "B2_ACCOUNT_KEY");
  ASSERT_NE(key, nullptr);
  EXPECT_FALSE(key->stored);
}

TEST(RepositoryForm, OpensTheVariablesOfItsLocationAndThoseThatAreStored) {
  const auto groups = variable_groups("s3:host/bucket", {"B2_ACCOUNT_ID"});
  const auto is_open = [&](std::string_view prefix) {
    return std::ranges::find(groups, prefix, &views::VariableGroup::prefixes)->open;
  };
  EXPECT_TRUE(is_open("s3:"));
  EXPECT_TRUE(is_open("b2:"));
  EXPECT_FALSE(is_open("azure:"));
  EXPECT_TRUE(field_named(groups, "B2_ACCOUNT_ID")->stored);
}

TEST(RepositoryForm, HasAFieldForEachErrorThatItsFieldsCanCause) {
  const auto field_of = [](std::string code) {
    return repository_field_of({core::ErrorKind::Invalid, std::move(code), ""});
  };
  EXPECT_EQ(field_of("name_taken"), "name");
  EXPECT_EQ(field_of("url_invalid"), "url");
  EXPECT_EQ(field_of("password_short"), "password");
  EXPECT_EQ(field_of("server_login_invalid"), "server_user");
  EXPECT_EQ(field_of("environment_invalid"), "environment");
  EXPECT_EQ(field_of("no_such_repository"), "") << "the filled as a whole";
}

}  // namespace
}  // namespace holdfast::web
