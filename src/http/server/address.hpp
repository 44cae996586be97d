#pragma once

#include <boost/asio/ip/address.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace holdfast::http {

namespace ip = boost::asio::ip;

// A block of addresses: "10.0.0.0/8", "2001:db8::/32", or a single address.
class AddressBlock {
 public:
  static std::optional<AddressBlock> parse(std::string_view text);
  bool contains(const ip::address& address) const;

 private:
  AddressBlock(const ip::address& address, unsigned bits) : address_(address), bits_(bits) {}

  ip::address address_;
  unsigned bits_;
};

// "::ffff:10.0.0.1" is 10.0.0.1: how IPv4 looks on a socket of both families.
ip::address unmapped(const ip::address& address);

// Who is believed about where a request came from.
class TrustedProxies {
 public:
  // Throws std::runtime_error with a sentence for what is neither an address nor a block.
  explicit TrustedProxies(const std::vector<std::string>& blocks);

  // Sets peer and secure from X-Forwarded-For and -Proto when the request's own peer is trusted: the right-most address
  // that is no trusted proxy.
  void apply(Request& request) const;

 private:
  bool trusts(const ip::address& address) const;
  std::string forwarded_for(const Request& request) const;

  std::vector<AddressBlock> blocks_;
};

}  // namespace holdfast::http
