#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/config/config.hpp"

namespace holdfast::runtime {

// The keys that a program knows, and what to say about one that it does not know.
class KnownKeys {
 public:
  explicit KnownKeys(const std::vector<ConfigKey>& keys) : keys_(keys) {}

  const ConfigKey* find(std::string_view name) const;
  bool is_section(std::string_view name) const;
  // Everything that a file may name: keys, and the sections that they are in.
  std::vector<std::string> names() const;
  const std::vector<ConfigKey>& all() const { return keys_; }

 private:
  const std::vector<ConfigKey>& keys_;
};

// A value as the environment has it, or a file in one text: an empty one is as good as none, a list has commas and "-"
// is a list of nothing.
std::expected<void, std::string> set_from_text(const ConfigKey& key, const std::string& text);

// "; did you mean server.listen?", also for "listen" alone; nothing when no candidate is near.
std::string suggest(std::string_view name, std::span<const std::string> candidates);

}  // namespace holdfast::runtime
