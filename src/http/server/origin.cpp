#include "http/server/origin.hpp"

#include <boost/url/parse.hpp>

#include "runtime/address.hpp"
#include "text/ascii.hpp"
#include "text/number.hpp"

namespace holdfast::http {
namespace {

constexpr unsigned kHighestPort = 65535;

// As a number of the URL, a port beyond that is another one.
bool has_usable_port(const boost::urls::url_view& url) {
  if (!url.has_port()) return true;
  const auto port = text::parse_number<unsigned>(url.port());
  return port && *port > 0 && *port <= kHighestPort;
}

std::optional<boost::urls::url_view> parse(std::string_view text) {
  const auto url = boost::urls::parse_uri(text);
  if (!url || url->encoded_host().empty() || !has_usable_port(*url)) return std::nullopt;
  const auto scheme = url->scheme_id();
  if (scheme != boost::urls::scheme::http && scheme != boost::urls::scheme::https) return std::nullopt;
  return *url;
}

}  // namespace

std::optional<std::string> origin_of(std::string_view text) {
  const auto url = parse(text);
  if (!url) return std::nullopt;
  const std::string scheme = text::to_lower_ascii(url->scheme());
  std::string origin = scheme + "://" + text::to_lower_ascii(url->encoded_host());
  const std::string usual = scheme == "https" ? "443" : "80";
  if (url->has_port() && url->port() != usual) origin.append(":").append(url->port());
  return origin;
}

bool is_server_address(std::string_view text) {
  const auto url = parse(text);
  if (!url) return false;
  const bool at_root = url->encoded_path().empty() || url->encoded_path() == "/";
  return at_root && !url->has_userinfo() && !url->has_query() && !url->has_fragment();
}

bool is_loopback_host(std::string_view host) {
  if (host.starts_with('[')) {
    const auto end = host.find(']');
    if (end == host.npos || (end + 1 < host.size() && host[end + 1] != ':')) return false;
    return runtime::is_loopback(host.substr(1, end - 1));
  }
  const auto name = host.substr(0, host.find(':'));
  return text::to_lower_ascii(name) == "localhost" || runtime::is_loopback(name);
}

}  // namespace holdfast::http
