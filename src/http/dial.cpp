#include "dial.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/url/parse.hpp>
#include <charconv>
#include <vector>

namespace holdfast::http {
namespace {

using Failure = std::unexpected<std::string>;

std::uint16_t usual_port(bool tls) {
  return tls ? 443 : 80;
}

std::string bracketed(const std::string& host) {
  return host.contains(':') ? "[" + host + "]" : host;
}

// 0 for what is no port.
std::uint16_t parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() ? port : 0;
}

// An address is taken as it is: resolving would start a thread.
Task<boost::system::error_code> resolve(Loop& loop, const Destination& destination, std::vector<tcp::endpoint>& found) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(destination.host, error);
  if (!error) {
    found.emplace_back(address, destination.port);
    co_return error;
  }
  asio::ip::basic_resolver<tcp, Executor> resolver(loop.get_executor());
  const std::string port = std::to_string(destination.port);
  const auto [failure, results] = co_await resolver.async_resolve(destination.host, port, kAsTuple);
  for (const auto& result : results) found.push_back(result.endpoint());
  co_return failure;
}

Task<boost::system::error_code> connect(Loop& loop, const Destination& destination, Socket& socket) {
  std::vector<tcp::endpoint> endpoints;
  const auto unresolved = co_await resolve(loop, destination, endpoints);
  if (unresolved) co_return unresolved;
  const auto [error, endpoint] = co_await asio::async_connect(socket, endpoints, kAsTuple);
  if (!error) socket.set_option(tcp::no_delay(true));
  co_return error;
}

std::expected<std::unique_ptr<Transport>, std::string> over_tls(Socket socket, const std::string& host,
                                                                const ClientOptions& options) {
  try {
    auto context = client_tls(options.ca_file);
    return tls_client_transport(std::move(socket), context, host);
  } catch (const std::runtime_error& error) {
    return Failure(error.what());
  }
}

}  // namespace

std::string Destination::name() const {
  return bracketed(host) + ":" + std::to_string(port);
}

std::string Destination::host_header() const {
  return port == usual_port(tls) ? bracketed(host) : name();
}

std::expected<Destination, std::string> parse_url(const std::string& url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed) return Failure("\"" + url + "\" is no address");
  const std::string scheme(parsed->scheme());
  const bool tls = scheme == "https" || scheme == "wss";
  if (!tls && scheme != "http" && scheme != "ws") return Failure("an address must begin with http:// or https://");
  if (parsed->has_userinfo()) return Failure("an address must have no user name or password in it");
  Destination destination{.tls = tls, .host = parsed->host_address(), .port = usual_port(tls), .target = {}};
  if (destination.host.empty()) return Failure("\"" + url + "\" has no host");
  if (parsed->has_port()) destination.port = parse_port(parsed->port());
  if (destination.port == 0) return Failure("\"" + url + "\" has no valid port");
  const std::string target(parsed->encoded_target());
  destination.target = target.starts_with('/') ? target : "/" + target;
  return destination;
}

Task<std::expected<std::unique_ptr<Transport>, std::string>> dial(Loop& loop, const Destination& destination,
                                                                  const ClientOptions& options) {
  const std::string failed = "cannot connect to " + destination.name() + ": ";
  Socket socket(loop.get_executor());
  const auto error = co_await connect(loop, destination, socket);
  if (error) co_return Failure(failed + error.message());
  if (!destination.tls) co_return plain_transport(std::move(socket));
  auto transport = over_tls(std::move(socket), destination.host, options);
  if (!transport) co_return Failure(failed + transport.error());
  const auto problem = co_await (*transport)->open();
  if (problem) co_return Failure(failed + *problem);
  co_return std::move(*transport);
}

}  // namespace holdfast::http
