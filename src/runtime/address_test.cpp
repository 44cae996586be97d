#include "runtime/address.hpp"

#include <gtest/gtest.h>

namespace holdfast::runtime {
namespace {

TEST(NetworkOf, TakesANetworkOfIpv6AsOneSender) {
  EXPECT_EQ(network_of("2001:db8:1:2:aaaa::1"), network_of("2001:db8:1:2:bbbb::2"));
  EXPECT_NE(network_of("2001:db8:1:2::1"), network_of("2001:db8:1:3::1"));
}

TEST(NetworkOf, LeavesIpv4AndWhatIsNoAddressAsItIs) {
  EXPECT_EQ(network_of("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(network_of("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(network_of("nonsense"), "nonsense");
}

TEST(IsLoopback, TakesNoNameForAnAddress) {
  for (const auto* host : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(is_loopback(host)) << host;
  }
  for (const auto* host : {"", "localhost", "hub.example", "127.evil.example", "127.0.0.1.example", "localhost.example",
                           "192.0.2.1", "::2", "0.0.0.0"}) {
    EXPECT_FALSE(is_loopback(host)) << host;
  }
}

}  // namespace
}  // namespace holdfast::runtime
