#include "runtime/address.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace holdfast::runtime {

namespace ip = boost::asio::ip;

std::string network_of(std::string_view address) {
  boost::system::error_code error;
  const auto parsed = ip::make_address(std::string(address), error);
  if (error || parsed.is_v4()) return std::string(address);
  if (parsed.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, parsed.to_v6()).to_string();
  auto bytes = parsed.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return ip::address_v6(bytes).to_string() + "/64";
}

bool is_loopback(std::string_view address) {
  boost::system::error_code error;
  const auto parsed = ip::make_address(std::string(address), error);
  if (error) return false;
  const bool mapped = parsed.is_v6() && parsed.to_v6().is_v4_mapped();
  return mapped ? ip::make_address_v4(ip::v4_mapped, parsed.to_v6()).is_loopback() : parsed.is_loopback();
}

}  // namespace holdfast::runtime
