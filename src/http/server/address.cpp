#include "server/address.hpp"

#include <algorithm>
#include <ranges>
#include <span>
#include <stdexcept>

#include "text.hpp"
#include "text/ascii.hpp"
#include "text/number.hpp"

namespace holdfast::http {
namespace {

std::optional<ip::address> parse_address(std::string_view text) {
  boost::system::error_code error;
  const auto address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return unmapped(address);
}

// Some proxies add the port: "192.0.2.1:4711", "[2001:db8::1]:4711".
std::string_view without_port(std::string_view text) {
  if (text.starts_with('[')) return text.substr(1, std::min(text.find(']'), text.size()) - 1);
  if (std::ranges::count(text, ':') == 1) return text.substr(0, text.find(':'));
  return text;
}

bool equal_bits(std::span<const unsigned char> a, std::span<const unsigned char> b, unsigned bits) {
  if (!std::ranges::equal(a.first(bits / 8), b.first(bits / 8))) return false;
  if (bits % 8 == 0) return true;
  const unsigned differing = static_cast<unsigned>(a[bits / 8]) ^ b[bits / 8];
  return differing >> (8 - bits % 8) == 0;
}

std::vector<std::string_view> list_of(const Headers& headers, std::string_view name) {
  std::vector<std::string_view> items;
  for (const auto& [field, value] : headers) {
    if (!text::equal_ignoring_case(field, name)) continue;
    std::string_view rest = value;
    while (!rest.empty()) items.push_back(text::trim(take_until(rest, ',')));
  }
  return items;
}

}  // namespace

ip::address unmapped(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

std::optional<AddressBlock> AddressBlock::parse(std::string_view text) {
  const bool has_bits = text.contains('/');
  const auto address = parse_address(take_until(text, '/'));
  if (!address) return std::nullopt;
  const unsigned all = address->is_v4() ? 32 : 128;
  const auto bits = has_bits ? text::parse_number<unsigned>(text) : all;
  if (!bits || *bits > all) return std::nullopt;
  return AddressBlock(*address, *bits);
}

bool AddressBlock::contains(const ip::address& address) const {
  if (address.is_v4() != address_.is_v4()) return false;
  if (address.is_v4()) return equal_bits(address.to_v4().to_bytes(), address_.to_v4().to_bytes(), bits_);
  return equal_bits(address.to_v6().to_bytes(), address_.to_v6().to_bytes(), bits_);
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& blocks) {
  for (const auto& text : blocks) {
    const auto block = AddressBlock::parse(text);
    if (!block)
      throw std::runtime_error("trusted proxy \"" + text + "\" is neither an address nor a block like 10.0.0.0/8");
    blocks_.push_back(*block);
  }
}

void TrustedProxies::apply(Request& request) const {
  const auto socket_peer = parse_address(request.peer);
  if (!socket_peer || !trusts(*socket_peer)) return;
  request.peer = forwarded_for(request);
  const auto protocols = list_of(request.headers, "X-Forwarded-Proto");
  if (!protocols.empty()) request.secure = text::equal_ignoring_case(protocols.back(), "https");
}

bool TrustedProxies::trusts(const ip::address& address) const {
  return std::ranges::any_of(blocks_, [&](const AddressBlock& block) { return block.contains(address); });
}

std::string TrustedProxies::forwarded_for(const Request& request) const {
  std::string peer = request.peer;
  for (const auto hop : list_of(request.headers, "X-Forwarded-For") | std::views::reverse) {
    const auto address = parse_address(without_port(hop));
    if (!address) break;
    peer = address->to_string();
    if (!trusts(*address)) break;
  }
  return peer;
}

}  // namespace holdfast::http
