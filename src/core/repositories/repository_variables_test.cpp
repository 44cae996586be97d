#include "core/repositories/repository_variables.hpp"

#include <gmock/gmock.h>

namespace holdfast::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string variable_code(Backend backend, const Variables& variables) {
  const auto checked = check_variables(backend, variables);
  return checked ? "ok" : checked.error().code;
}

TEST(CheckVariables, TakesThoseOfTheBackendAndOfTheNetwork) {
  EXPECT_EQ(variable_code(Backend::S3, {{"AWS_ACCESS_KEY_ID", "a"}, {"HTTPS_PROXY", "http://proxy:3128"}}), "ok");
  EXPECT_EQ(variable_code(Backend::Rest, {{"RESTIC_CACERT", "/etc/ssl/own.pem"}}), "ok");
  EXPECT_EQ(variable_code(Backend::Rest, {{"RESTIC_TLS_CLIENT_CERT", "/etc/ssl/client.pem"}}), "ok");
  EXPECT_EQ(variable_code(Backend::S3, {{"RESTIC_TLS_CLIENT_CERT", "-----BEGIN CERTIFICATE-----\nMII\n"}}), "ok");
  EXPECT_EQ(variable_code(Backend::Local, {{"RESTIC_TLS_CLIENT_CERT", "/etc/ssl/client.pem"}}), "environment_unknown");
  EXPECT_EQ(
      variable_code(Backend::Google, {{"GOOGLE_APPLICATION_CREDENTIALS", "{\n \"type\": \"service_account\"\n}\n"}}),
      "ok");
}

TEST(CheckVariables, RefusesAllOthers) {
  EXPECT_EQ(variable_code(Backend::B2, {{"AWS_ACCESS_KEY_ID", "a"}}), "environment_unknown");
  EXPECT_EQ(variable_code(Backend::Local, {{"HTTPS_PROXY", "http://proxy"}}), "environment_unknown");
  for (const auto* name :
       {"RESTIC_PASSWORD_COMMAND", "RESTIC_REPOSITORY", "PATH", "LD_PRELOAD", "RCLONE_CONFIG",
        "RCLONE_CONFIG_X_BEARER_TOKEN_COMMAND", "RCLONE_SFTP_SSH", "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES",
        "AWS_SHARED_CREDENTIALS_FILE", "", "aws_access_key_id"}) {
    for (const auto backend : {Backend::S3, Backend::Rclone, Backend::Google, Backend::Sftp})
      EXPECT_EQ(variable_code(backend, {{name, "x"}}), "environment_unknown") << name;
  }
}

TEST(CheckVariables, RefusesValuesThatNoEnvironmentCanHold) {
  EXPECT_EQ(variable_code(Backend::B2, {{"B2_ACCOUNT_ID", ""}}), "environment_invalid");
  EXPECT_EQ(variable_code(Backend::B2, {{"B2_ACCOUNT_ID", std::string("a\0b", 3)}}), "environment_invalid");
  EXPECT_EQ(variable_code(Backend::B2, {{"B2_ACCOUNT_ID", "a\nb"}}), "environment_invalid");
  EXPECT_EQ(variable_code(Backend::B2, {{"B2_ACCOUNT_ID", "\xFF"}}), "environment_invalid");
  EXPECT_EQ(variable_code(Backend::B2, {{"B2_ACCOUNT_ID", std::string(20'000, 'a')}}), "environment_invalid");
  EXPECT_EQ(variable_code(Backend::Rest, {{"RESTIC_CACERT", "own.pem"}}), "environment_invalid");
}

TEST(CheckVariables, NeverShowsAValue) {
  const auto checked = check_variables(Backend::B2, {{"B2_ACCOUNT_KEY", "hidden\n"}});
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, testing::Not(testing::HasSubstr("hidden")));
}

TEST(MissingVariables, AreNamed) {
  EXPECT_THAT(missing_variables(Backend::B2, {{"B2_ACCOUNT_ID", "a"}}), ElementsAre("B2_ACCOUNT_KEY"));
  EXPECT_THAT(missing_variables(Backend::Azure, {}), ElementsAre("AZURE_ACCOUNT_NAME"));
  EXPECT_THAT(missing_variables(Backend::Swift, {}), ElementsAre("OS_AUTH_URL"));
  EXPECT_THAT(missing_variables(Backend::Swift, {{"ST_AUTH", "https://swift"}}), IsEmpty());
  EXPECT_THAT(missing_variables(Backend::S3, {}), IsEmpty()) << "the host may have a role";
}

}  // namespace
}  // namespace holdfast::core
