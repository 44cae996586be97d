#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::http {

// A request's target, taken apart. Segments are decoded one by one, so that an encoded slash does not part them.
struct Target {
  std::string path;
  std::vector<std::string> segments;
  std::map<std::string, std::string, std::less<>> query;
};

// Takes "/path?query" and "http://host/path?query". Nothing for anything else, and for bad percent-encoding, bytes that
// are not UTF-8, NUL and '#'. Empty and dot segments stay as they are.
std::optional<Target> parse_target(std::string_view target);

// The path of any target, neither decoded nor checked: to tell people from programs when parse_target gives nothing.
std::string_view path_as_sent(std::string_view target);

}  // namespace holdfast::http
