#include "http/server/origin.hpp"

#include <gtest/gtest.h>

namespace holdfast::http {
namespace {

TEST(Origin, is_written_as_browsers_do) {
  EXPECT_EQ(origin_of("https://Hub.Example:443/path?x#y"), "https://hub.example");
  EXPECT_EQ(origin_of("HTTP://nas:80"), "http://nas");
  EXPECT_EQ(origin_of("http://nas:8081/"), "http://nas:8081");
  EXPECT_EQ(origin_of("http://nas:443"), "http://nas:443");
  EXPECT_EQ(origin_of("http://[::1]:8080"), "http://[::1]:8080");
}

TEST(Origin, is_none_of_what_is_no_address_of_the_web) {
  for (const char* url : {"", "null", "hub.example", "https://", "https:///x", "ftp://hub.example",
                          "https://hub.example:0", "https://hub.example:65536", "https://hub.example:99999",
                          "https://hub.example:x", "https://hub example", "//hub.example"})
    EXPECT_EQ(origin_of(url), std::nullopt) << url;
}

TEST(ServerAddress, has_a_host_and_nothing_behind_it) {
  for (const char* url : {"https://hub.example", "http://nas:8081/", "http://10.0.0.5:8080", "http://[fd00::1]"})
    EXPECT_TRUE(is_server_address(url)) << url;
  for (const char* url : {"https://hub.example/holdfast", "https://hub.example/?x", "https://hub.example#x",
                          "https://me:secret@hub.example", "hub.example", "https://hub.example, https://nas",
                          "https://*"
                          "/x"})
    EXPECT_FALSE(is_server_address(url)) << url;
}

TEST(LoopbackHost, is_localhost_or_an_address_that_only_this_machine_has) {
  for (const char* host :
       {"localhost", "LOCALHOST:8080", "127.0.0.1", "127.1.2.3:80", "[::1]", "[::1]:8080", "[::ffff:127.0.0.1]:1"})
    EXPECT_TRUE(is_loopback_host(host)) << host;
}

TEST(LoopbackHost, is_no_name_that_looks_like_one) {
  for (const char* host : {"", "127.evil.example", "127.0.0.1.evil.example:8080", "[::1].evil.example", "[::1",
                           "[::1]x", "localhost.evil.example", "127.", "127.0.0.1@evil.example", "0x7f.1", "::1",
                           "10.0.0.1", "[::2]", "127.0.0.256"})
    EXPECT_FALSE(is_loopback_host(host)) << host;
}

}  // namespace
}  // namespace holdfast::http
