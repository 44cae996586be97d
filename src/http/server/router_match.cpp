#include <algorithm>
#include <cassert>
#include <span>

#include "server/router_impl.hpp"
#include "text.hpp"

namespace holdfast::http {
namespace {

using Node = Router::Impl::Node;

bool is_name(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

// A name takes no segment that could be read as another path: what is checked is what is served.
bool fits_a_name(std::string_view segment) {
  return !segment.empty() && segment != "." && segment != ".." && !segment.contains('/');
}

// The node where `segments` end, literals first; `taken` gets what the names matched.
const Node* descend(const Node& node, std::span<const std::string> segments, std::vector<std::string>& taken) {
  if (segments.empty()) return node.routes.empty() ? nullptr : &node;
  const auto& segment = segments.front();
  if (const auto literal = node.literals.find(segment); literal != node.literals.end()) {
    if (const Node* found = descend(*literal->second, segments.subspan(1), taken)) return found;
  }
  if (!node.any || !fits_a_name(segment)) return nullptr;
  taken.push_back(segment);
  const Node* found = descend(*node.any, segments.subspan(1), taken);
  if (found == nullptr) taken.pop_back();
  return found;
}

std::string allowed_methods(const Node& node) {
  std::string allow;
  for (const auto& [method, route] : node.routes) {
    if (method == kUpgrade) continue;
    if (!allow.empty()) allow += ", ";
    allow += method == "GET" ? "GET, HEAD" : method;
  }
  return allow.empty() ? "GET" : allow;
}

const Route* route_for(const Node& node, std::string_view method, bool upgrade) {
  const auto get = [&node](std::string_view key) {
    const auto found = node.routes.find(key);
    return found == node.routes.end() ? nullptr : &found->second;
  };
  if (upgrade && method == "GET") {
    if (const Route* route = get(kUpgrade)) return route;
  }
  if (method == kUpgrade) return nullptr;
  const Route* route = get(method);
  return route == nullptr && method == "HEAD" ? get("GET") : route;
}

void collect(const Node& node, std::vector<RouteName>& names) {
  for (const auto& [method, route] : node.routes) names.push_back({method, route.pattern});
  for (const auto& [segment, child] : node.literals) collect(*child, names);
  if (node.any) collect(*node.any, names);
}

}  // namespace

void Router::Impl::add(std::string method, std::string_view pattern, Route route) {
  assert(pattern.starts_with('/'));
  route.pattern = pattern;
  Node* node = &root;
  auto rest = pattern.substr(1);
  bool more = true;
  while (more) {
    more = rest.contains('/');
    const auto segment = take_until(rest, '/');
    if (is_name(segment)) route.names.emplace_back(segment.substr(1, segment.size() - 2));
    auto& next = is_name(segment) ? node->any : node->literals[std::string(segment)];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  [[maybe_unused]] const bool is_new = node->routes.emplace(std::move(method), std::move(route)).second;
  assert(is_new);
}

Match Router::Impl::find(std::string_view method, const std::vector<std::string>& segments, bool upgrade) const {
  Match match;
  std::vector<std::string> taken;
  const Node* node = descend(root, segments, taken);
  if (node == nullptr) {
    match.refusal = 404;
    return match;
  }
  match.route = route_for(*node, method, upgrade);
  if (match.route == nullptr) {
    const bool wants_upgrade = method == "GET" && node->routes.contains(kUpgrade);
    match.refusal = wants_upgrade ? 426 : 405;
    match.allow = allowed_methods(*node);
    return match;
  }
  for (std::size_t i = 0; i < taken.size(); ++i) match.parameters[match.route->names[i]] = std::move(taken[i]);
  return match;
}

std::vector<RouteName> Router::Impl::routes() const {
  std::vector<RouteName> names;
  collect(root, names);
  std::ranges::sort(names, {}, &RouteName::pattern);
  return names;
}

}  // namespace holdfast::http
