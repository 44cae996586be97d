#include "runtime/config/config.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "config/config_keys.hpp"
#include "config/config_yaml.hpp"
#include "runtime/files/files.hpp"

namespace holdfast::runtime {
namespace {

using Outcome = std::expected<void, std::string>;

constexpr std::string_view kFileSuffix = "_FILE";

std::string variable_name(std::string_view prefix, std::string_view key) {
  std::string name(prefix);
  for (const char c : key) name += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return name;
}

std::expected<std::string, std::string> read_named_file(const std::string& path) {
  try {
    auto content = read_file(path);
    if (content) return *std::move(content);
    return std::unexpected("cannot read " + path + ": there is no such file");
  } catch (const std::system_error& error) {
    return std::unexpected(error.what());
  }
}

std::string without_last_newlines(std::string text) {
  text.resize(text.find_last_not_of("\r\n") + 1);
  return text;
}

Outcome set_from_file(const ConfigKey& key, const std::string& path) {
  auto content = read_named_file(path);
  if (!content) return std::unexpected(content.error());
  const auto text = without_last_newlines(*std::move(content));
  if (text.empty()) return std::unexpected(path + " is empty");
  return set_from_text(key, text);
}

// What a cluster sets for every container of a namespace that has a service of our name: "holdfast" makes
// HOLDFAST_PORT=tcp://10.0.0.1:8080, HOLDFAST_SERVICE_HOST, HOLDFAST_PORT_8080_TCP_ADDR and more of the kind.
bool is_of_a_cluster(const std::string& name, const std::string& value) {
  if (name.ends_with("SERVICE_HOST") || name.contains("SERVICE_PORT")) return true;
  const std::array<std::string, 3> protocols{"TCP", "UDP", "SCTP"};
  const bool is_port = std::ranges::any_of(protocols, [&](const std::string& protocol) {
    return std::ranges::any_of(std::array{"", "_PROTO", "_PORT", "_ADDR"},
                               [&](const char* what) { return name.ends_with("_" + protocol + what); });
  });
  if (is_port && name.contains("PORT_")) return true;
  return name.ends_with("PORT") && value.contains("://");
}

// The variables that begin with the prefix.
class EnvironmentReader {
 public:
  EnvironmentReader(const Environment& environment, std::string_view prefix, const std::vector<ConfigKey>& keys)
      : environment_(environment), prefix_(prefix) {
    for (const ConfigKey& key : keys) keys_.emplace(variable_name(prefix, key.name), &key);
  }

  // The keys for the file: the items of a list that a variable replaces are passed over.
  std::vector<ConfigKey> without_replaced_lists(std::vector<ConfigKey> keys) const {
    for (ConfigKey& key : keys) {
      const std::string name = variable_name(prefix_, key.name);
      const bool replaced = is_set(name) || is_set(name + std::string(kFileSuffix));
      if (key.is_list && replaced) key.set = [](const std::string&) { return Outcome(); };
    }
    return keys;
  }

  Outcome read(ConfigPlaces& places) const {
    for (const auto& [name, value] : environment_) {
      if (!name.starts_with(prefix_) || value.empty()) continue;
      const auto outcome = read_variable(name, value, places);
      if (!outcome) return std::unexpected(name + ": " + outcome.error());
    }
    return {};
  }

 private:
  // Compose files hand on what is not set as an empty text.
  bool is_set(const std::string& name) const {
    const auto found = environment_.find(name);
    return found != environment_.end() && !found->second.empty();
  }

  Outcome read_variable(const std::string& name, const std::string& value, ConfigPlaces& places) const {
    if (const auto key = keys_.find(name); key != keys_.end()) {
      places[key->second->name] = name;
      return set_from_text(*key->second, value);
    }
    if (name.ends_with(kFileSuffix)) {
      const std::string base = name.substr(0, name.size() - kFileSuffix.size());
      const auto key = keys_.find(base);
      if (key != keys_.end() && is_set(base)) return std::unexpected("set together with " + base);
      if (key != keys_.end()) {
        places[key->second->name] = name;
        return set_from_file(*key->second, value);
      }
    }
    if (is_of_a_cluster(name.substr(prefix_.size()), value)) return {};
    return std::unexpected("unknown variable" + suggest(within_section(name), variable_names()));
  }

  // HOLDFAST_SERVER_LISTEN for HOLDFAST_LISTEN.
  std::string within_section(const std::string& name) const {
    const std::string end = "_" + name.substr(prefix_.size());
    const auto found = std::ranges::find_if(keys_, [&](const auto& key) { return key.first.ends_with(end); });
    return found == keys_.end() ? name : found->first;
  }

  std::vector<std::string> variable_names() const {
    std::vector<std::string> names;
    for (const auto& [name, key] : keys_) {
      names.push_back(name);
      names.push_back(name + std::string(kFileSuffix));
    }
    return names;
  }

  const Environment& environment_;
  std::string_view prefix_;
  std::map<std::string, const ConfigKey*> keys_;
};

std::expected<ConfigPlaces, std::string> read_yaml_file(const std::filesystem::path& path,
                                                        const std::vector<ConfigKey>& keys) {
  const auto content = read_named_file(path.string());
  if (!content) return std::unexpected(content.error());
  return read_yaml(path.string(), *content, keys);
}

}  // namespace

Environment current_environment() {
  Environment environment;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

std::expected<ConfigPlaces, std::string> read_config(const std::optional<std::filesystem::path>& path,
                                                     const Environment& environment, std::string_view prefix,
                                                     const std::vector<ConfigKey>& keys) {
  const EnvironmentReader variables(environment, prefix, keys);
  std::expected<ConfigPlaces, std::string> places;
  if (path) places = read_yaml_file(*path, variables.without_replaced_lists(keys));
  if (!places) return places;
  if (const auto outcome = variables.read(*places); !outcome) return std::unexpected(outcome.error());
  return places;
}

}  // namespace holdfast::runtime
