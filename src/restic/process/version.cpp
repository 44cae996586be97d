#include "process/version.hpp"

#include <fmt/format.h>

#include <charconv>

namespace holdfast::restic {
namespace {

constexpr std::string_view kPrefix = "restic ";

// Takes one number off the front of `text`.
std::optional<int> take_number(std::string_view& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool take_dot(std::string_view& text) {
  if (!text.starts_with('.')) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::string Version::text() const {
  return fmt::format("{}.{}.{}", major, minor, patch);
}

std::optional<Version> parse_version(std::string_view output) {
  if (!output.starts_with(kPrefix)) return std::nullopt;
  output.remove_prefix(kPrefix.size());
  const auto major = take_number(output);
  if (!major || !take_dot(output)) return std::nullopt;
  const auto minor = take_number(output);
  if (!minor || !take_dot(output)) return std::nullopt;
  const auto patch = take_number(output);
  if (!patch) return std::nullopt;
  return Version{*major, *minor, *patch};
}

}  // namespace holdfast::restic
