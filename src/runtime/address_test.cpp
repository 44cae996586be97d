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

}  // namespace
}  // namespace holdfast::runtime
