#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Configuration: one YAML file of sections and keys, and the environment over it.
namespace holdfast::runtime {

// One key that the program knows: "server.listen". Its environment variable is the prefix ("HOLDFAST_"), then the key
// in capitals with '_' for '.': HOLDFAST_SERVER_LISTEN. With `_FILE` appended it names a file that holds the value.
struct ConfigKey {
  std::string name;
  // Takes the value as text, empty for a key without one; the error is a sentence that says what would be right ("must
  // be a duration such as 30m").
  std::function<std::expected<void, std::string>(const std::string& value)> set;
  // For keys that are lists in YAML; `set` is then called once per item. In the environment items are separated by
  // commas, and replace those of the file.
  bool is_list = false;
};

using Environment = std::map<std::string, std::string>;
Environment current_environment();

// Where each key that has a value has it from, as an error about it begins: "hub.yaml:7: server.listen", or the name of
// a variable.
using ConfigPlaces = std::map<std::string, std::string>;

// Reads `path` (none: environment only) and then the environment, calling `set` for each value found. An unknown or
// doubled key, or a wrong value, is an error that names file, line and key ("hub.yaml:7: server.lisen: unknown key; did
// you mean server.listen?"); so is a variable with the prefix that belongs to no key. Nothing is half set on error in
// the sense that the caller must drop what it has.
std::expected<ConfigPlaces, std::string> read_config(const std::optional<std::filesystem::path>& path,
                                                     const Environment& environment, std::string_view prefix,
                                                     const std::vector<ConfigKey>& keys);

std::optional<bool> parse_bool(std::string_view text);  // true/false/yes/no/on/off

}  // namespace holdfast::runtime
