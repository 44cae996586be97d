#include "server/target.hpp"

#include "text.hpp"
#include "text/ascii.hpp"
#include "text/percent.hpp"

namespace holdfast::http {
namespace {

// "http://host/path" to "/path": a server must take what is meant for a proxy.
std::string_view without_origin(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!text::equal_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    const auto path = target.find('/', scheme.size());
    return path == std::string_view::npos ? "/" : target.substr(path);
  }
  return target;
}

bool parse_path(std::string_view path, Target& target) {
  if (!path.starts_with('/')) return false;
  path.remove_prefix(1);
  bool more = true;
  while (more) {
    more = path.contains('/');
    auto segment = text::percent_decode(take_until(path, '/'));
    if (!segment) return false;
    target.path += '/';
    target.path += *segment;
    target.segments.push_back(std::move(*segment));
  }
  return true;
}

bool parse_query(std::string_view query, Target& target) {
  while (!query.empty()) {
    auto pair = take_until(query, '&');
    if (pair.empty()) continue;
    auto name = text::form_decode(take_until(pair, '='));
    auto value = text::form_decode(pair);
    if (!name || !value) return false;
    target.query.insert_or_assign(std::move(*name), std::move(*value));
  }
  return true;
}

}  // namespace

std::optional<Target> parse_target(std::string_view text) {
  if (text.contains('#')) return std::nullopt;
  std::string_view query = without_origin(text);
  const auto path = take_until(query, '?');
  Target target;
  if (!parse_path(path, target) || !parse_query(query, target)) return std::nullopt;
  return target;
}

std::string_view path_as_sent(std::string_view target) {
  auto path = without_origin(target);
  return path.substr(0, path.find_first_of("?#"));
}

}  // namespace holdfast::http
