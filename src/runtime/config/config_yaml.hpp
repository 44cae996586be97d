#pragma once

#include <expected>
#include <string>
#include <vector>

#include "runtime/config/config.hpp"

namespace holdfast::runtime {

// Calls `set` for each value in the text of a YAML file; `file` is how errors name it.
std::expected<ConfigPlaces, std::string> read_yaml(const std::string& file, const std::string& text,
                                                   const std::vector<ConfigKey>& keys);

}  // namespace holdfast::runtime
