#include "server/address.hpp"

#include <gtest/gtest.h>

#include "http/server/server.hpp"

namespace holdfast::http {
namespace {

bool is_in(std::string_view block, std::string_view address) {
  return AddressBlock::parse(block).value().contains(unmapped(ip::make_address(std::string(address))));
}

Request from(std::string peer) {
  Request request;
  request.peer = std::move(peer);
  return request;
}

TEST(AddressBlock, HoldsTheAddressesThatShareItsFirstBits) {
  EXPECT_TRUE(is_in("10.0.0.0/8", "10.255.1.2"));
  EXPECT_FALSE(is_in("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(is_in("192.168.4.0/22", "192.168.7.255"));
  EXPECT_FALSE(is_in("192.168.4.0/22", "192.168.8.0"));
  EXPECT_TRUE(is_in("127.0.0.1", "127.0.0.1"));
  EXPECT_FALSE(is_in("127.0.0.1", "127.0.0.2"));
  EXPECT_TRUE(is_in("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(is_in("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(is_in("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(is_in("0.0.0.0/0", "::1"));
  EXPECT_TRUE(is_in("10.0.0.0/8", "::ffff:10.1.1.1"));
}

TEST(AddressBlock, RefusesNonsense) {
  for (const auto* bad : {"", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/8x", "proxy", "10.0.0/8"}) {
    EXPECT_FALSE(AddressBlock::parse(bad)) << bad;
  }
  EXPECT_THROW(TrustedProxies({"proxy"}), std::runtime_error);
}

TEST(TrustedProxies, BelieveTheRightMostAddressThatIsNoProxy) {
  const TrustedProxies proxies({"127.0.0.1", "10.0.0.0/8"});
  auto request = from("127.0.0.1");
  request.headers.add("X-Forwarded-For", "198.51.100.66, 203.0.113.5");
  request.headers.add("x-forwarded-for", "10.1.1.1");
  request.headers.add("X-Forwarded-Proto", "https");
  proxies.apply(request);
  EXPECT_EQ(request.peer, "203.0.113.5");
  EXPECT_TRUE(request.secure);
}

TEST(TrustedProxies, DoNotBelieveAnybodyElse) {
  const TrustedProxies proxies({"10.0.0.0/8"});
  auto request = from("203.0.113.5");
  request.headers.add("X-Forwarded-For", "127.0.0.1");
  request.headers.add("X-Forwarded-Proto", "https");
  proxies.apply(request);
  EXPECT_EQ(request.peer, "203.0.113.5");
  EXPECT_FALSE(request.secure);
}

TEST(TrustedProxies, TakeAddressesWithPorts) {
  const TrustedProxies proxies({"::1"});
  auto request = from("::1");
  request.headers.add("X-Forwarded-For", "[2001:db8::7]:4711");
  proxies.apply(request);
  EXPECT_EQ(request.peer, "2001:db8::7");
}

TEST(TrustedProxies, StopAtWhatIsNoAddress) {
  const TrustedProxies proxies({"10.0.0.0/8"});
  for (const auto* hops : {"unknown", "203.0.113.5, <script>", "[", "[]", ",", ":"}) {
    auto request = from("10.0.0.1");
    request.headers.add("X-Forwarded-For", hops);
    proxies.apply(request);
    EXPECT_EQ(request.peer, "10.0.0.1") << hops;
  }
}

TEST(TrustedProxies, AreNoNames) {
  EXPECT_TRUE(check_trusted_proxy("10.0.0.0/8"));
  EXPECT_TRUE(check_trusted_proxy("::1"));
  for (const auto* wrong : {"nginx", "10.0.0.0/33", "10.0.0", "*", "localhost"})
    EXPECT_FALSE(check_trusted_proxy(wrong)) << wrong;
}

}  // namespace
}  // namespace holdfast::http
