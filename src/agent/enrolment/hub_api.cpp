#include "enrolment/hub_api.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "runtime/address.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace holdfast::agent {
namespace {

namespace json = boost::json;

json::object parse_object(const std::string& text) {
  json::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) return {};
  return std::move(value.get_object());
}

// What the hub says is wrong, or the bare status.
std::string error_message(int status, const json::object& body) {
  const json::value* error = body.if_contains("error");
  const std::string message = error && error->is_object() ? text_member(error->get_object(), "message") : "";
  if (message.empty()) return fmt::format("The hub answered with HTTP status {}.", status);
  return fmt::format("The hub says: {}", text::truncate_utf8(message, 500));
}

}  // namespace

std::string text_member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(std::string_view(value->get_string())) : std::string();
}

std::expected<std::string, std::string> check_hub_url(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  const auto scheme_end = url.find("://");
  const std::string_view scheme = url.substr(0, scheme_end);
  const std::string_view rest = scheme_end == std::string_view::npos ? "" : url.substr(scheme_end + 3);
  const bool plain = rest.find_first_of("/?#@ ") == std::string_view::npos && !text::has_control_character(rest);
  if ((scheme != "http" && scheme != "https") || rest.empty() || !plain) {
    return std::unexpected("the hub's address must be http:// or https:// and a name, such as https://hub.example");
  }
  return std::string(url);
}

bool is_open_to_listeners(std::string_view hub_url) {
  constexpr std::string_view kScheme = "http://";
  if (!hub_url.starts_with(kScheme)) return false;
  std::string_view host = hub_url.substr(kScheme.size());
  if (host.starts_with('['))
    host = host.substr(1, host.find(']') - 1);
  else
    host = host.substr(0, host.rfind(':'));
  return host != "localhost" && !runtime::is_loopback(host);
}

runtime::Task<HubApi::Answer> HubApi::get(std::string path) {
  co_return co_await ask("GET", std::move(path), http::Headers(), std::string());
}

runtime::Task<HubApi::Answer> HubApi::post(std::string path, json::object body, std::string bearer) {
  http::Headers headers;
  headers.add("Content-Type", "application/json");
  if (!bearer.empty()) headers.add("Authorization", "Bearer " + bearer);
  std::string text = json::serialize(body);
  co_return co_await ask("POST", std::move(path), std::move(headers), std::move(text));
}

runtime::Task<HubApi::Answer> HubApi::ask(std::string method, std::string path, http::Headers headers,
                                          std::string body) {
  headers.add("Accept", "application/json");
  std::string url = hub_url_ + path;
  auto response =
      co_await http::fetch(loop_, std::move(method), std::move(url), std::move(headers), std::move(body), options_);
  if (!response) {
    std::string reason = fmt::format("The hub cannot be reached: {}.", response.error());
    co_return std::unexpected(HubError{0, std::move(reason)});
  }
  json::object answer = parse_object(response->body);
  if (response->status >= 200 && response->status < 300) co_return answer;
  std::string message = error_message(response->status, answer);
  co_return std::unexpected(HubError{response->status, std::move(message)});
}

}  // namespace holdfast::agent
