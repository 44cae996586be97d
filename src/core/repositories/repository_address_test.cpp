#include "core/repositories/repository_address.hpp"

#include <gtest/gtest.h>

namespace holdfast::core {
namespace {

std::string address_code(std::string_view url) {
  const auto checked = check_repository_address(url);
  return checked ? "ok" : checked.error().code;
}

TEST(CheckRepositoryAddress, TakesTheFormsOfEachBackend) {
  for (const auto* url : {
           "/srv/repo",
           "/srv/with blank/@vault?",
           "sftp:user@host:/srv/repo",
           "sftp:host:relative/repo",
           "sftp:vault:/srv/@snapshots/repo",
           "sftp:DOMAIN\\user@host:/srv",
           "sftp://user@[::1]:2222//srv/repo",
           "sftp://host/repo",
           "rest:https://host:8000/repo/",
           "rest:http://127.0.0.1:1/vault/",
           "rest:https://user@host/",
           "rest:https://host",
           "s3:s3.amazonaws.com/bucket",
           "s3:https://minio.example:9000/bucket/some/prefix",
           "s3://host/bucket",
           "b2:bucket",
           "b2:bucket:path",
           "azure:container:/",
           "azure:container:path",
           "gs:bucket.name:/path",
           "swift:container:/path",
           "rclone:remote:path",
           "rclone:my-remote_2:",
       })
    EXPECT_EQ(address_code(url), "ok") << url;
}

TEST(CheckRepositoryAddress, RefusesPasswordsWhereverTheyStand) {
  for (const auto* url : {
           "rest:https://user:pass@host/",
           "rest:http://u:PW/x@h/",
           "rest:http://u:1234/x@h/",
           "rest:http://host/a@b",
           "sftp:u:PW@h:",
           "sftp:u:/PW@h:/srv",
           "sftp://u:PW@h/srv",
           "s3:https://key:secret@host/bucket",
           "s3:key@host/bucket",
           "s3://k:s@host/bucket",
       })
    EXPECT_EQ(address_code(url), "url_has_password") << url;
  for (const auto* url : {"rest:https://host/?password=x", "s3:host/bucket?secret=x", "s3:host/bucket#x"})
    EXPECT_EQ(address_code(url), "url_invalid") << url;
}

// rclone runs a program that a connection string names, ssh one that an option names.
TEST(CheckRepositoryAddress, RefusesWhatRunsPrograms) {
  for (const auto* url : {
           R"(rclone::webdav,url="http://127.0.0.1:9/",bearer_token_command="touch /tmp/x":y)",
           "rclone::sftp,pass=secret:y",
           "rclone:remote,ssh=x:y",
           "rclone:remote",
           "rclone:/srv/x:y",
           "rclone:--config:y",
           "rclone::y",
           "sftp:-oProxyCommand=touch:/srv",
           "sftp:-oProxyCommand=touch /tmp/x:/srv",
           "sftp:-lx@host:/srv",
           "sftp://-oProxyCommand=touch/srv",
           "sftp:user@-F:/srv",
       })
    EXPECT_EQ(address_code(url), "url_invalid") << url;
}

TEST(CheckRepositoryAddress, RefusesWhatIsNotComplete) {
  for (const auto* url : {
           "",
           "/",
           "//",
           "/srv/../etc",
           "/srv/repo\n",
           " /srv/repo",
           "sftp:host",
           "sftp::/srv",
           "sftp:host:",
           "sftp:host:~/repo",
           "sftp://host",
           "sftp://[::1]:/",
           "rest:https://",
           "rest:https:///repo",
           "rest:https://host:port/",
           "rest:https://host:99999/",
           "rest:https://ho st/",
           "s3:",
           "s3:bucket",
           "s3:https://host/",
           "s3:https://host//prefix",
           "b2:",
           "b2::path",
           "b2:b_cket",
           "azure:container",
           "azure::/path",
           "gs:bucket",
           "swift:container:path",
           "swift:container",
       })
    EXPECT_EQ(address_code(url), "url_invalid") << url;
  for (const auto* url : {"srv/repo", "--help", "ftp://host/", "C:\\repo", "rest:host/repo", "~/repo", "./repo"})
    EXPECT_EQ(address_code(url), "url_unknown") << url;
}

TEST(RedactUrl, HidesWhatMayBeASecret) {
  EXPECT_EQ(redact_url("rest:https://user:pa@ss@host:8000/repo/"), "rest:https://***@host:8000/repo/");
  EXPECT_EQ(redact_url("rest:http://u:PW/x@h/"), "rest:http://***@h/");
  EXPECT_EQ(redact_url("sftp:u:PW@h:"), "sftp:***@h:");
  EXPECT_EQ(redact_url("s3:k:s@host/bucket"), "s3:***@host/bucket");
  EXPECT_EQ(redact_url("s3:host/bucket?secret=x"), "s3:host/bucket?***");
  EXPECT_EQ(redact_url("rclone::sftp,pass=secret:x"), "rclone::sftp***");
}

TEST(RedactUrl, LeavesTheOthersAsTheyAre) {
  for (const auto* url : {"sftp:user@host:/srv", "/srv/a@b?c", "rest:https://host/repo/", "rclone:remote:path",
                          "sftp:vault:/srv/@snapshots", "b2:bucket:path"})
    EXPECT_EQ(redact_url(url), url);
}

}  // namespace
}  // namespace holdfast::core
