#include "config_yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <set>

#include "config_keys.hpp"

namespace holdfast::runtime {
namespace {

using Outcome = std::expected<void, std::string>;

// Walks one document: sections become dotted names, each name may come once.
class YamlReader {
 public:
  YamlReader(const std::string& file, const std::vector<ConfigKey>& keys) : file_(file), keys_(keys) {}

  Outcome read_document(const YAML::Node& document) {
    if (document.IsNull()) return {};
    if (!document.IsMap()) return error_at(document, "the file must consist of sections and keys");
    return read_section(document, "");
  }

  std::unexpected<std::string> error_at(const YAML::Mark& mark, std::string_view message) const {
    return std::unexpected(fmt::format("{}:{}: {}", file_, mark.line + 1, message));
  }

 private:
  std::unexpected<std::string> error_at(const YAML::Node& node, std::string_view message) const {
    return error_at(node.Mark(), message);
  }

  Outcome read_section(const YAML::Node& section, const std::string& prefix) {
    for (const auto& member : section) {
      if (!member.first.IsScalar()) return error_at(member.first, "a key must be a word");
      const auto outcome = read_member(member.first, prefix + member.first.Scalar(), member.second);
      if (!outcome) return outcome;
    }
    return {};
  }

  Outcome read_member(const YAML::Node& key, const std::string& name, const YAML::Node& value) {
    if (!seen_.insert(name).second) return error_at(key, name + ": given twice");
    if (const ConfigKey* known = keys_.find(name)) return set(*known, key, value);
    if (!keys_.is_section(name)) return error_at(key, name + ": unknown key" + suggest(name, keys_.names()));
    if (value.IsNull()) return {};
    if (!value.IsMap()) return error_at(key, name + ": is a section and takes no value of its own");
    return read_section(value, name + ".");
  }

  Outcome set(const ConfigKey& known, const YAML::Node& key, const YAML::Node& value) {
    if (known.is_list) return set_items(known, key, value);
    if (value.IsNull()) return set_value(known, key, "");
    if (!value.IsScalar()) return error_at(key, known.name + ": must be one value");
    return set_value(known, key, value.Scalar());
  }

  Outcome set_items(const ConfigKey& known, const YAML::Node& key, const YAML::Node& items) {
    if (!items.IsNull() && !items.IsSequence()) return error_at(key, known.name + ": must be a list");
    for (const auto& item : items) {
      if (!item.IsScalar()) return error_at(item, known.name + ": must be a list of plain values");
      const auto outcome = set_value(known, item, item.Scalar());
      if (!outcome) return outcome;
    }
    return {};
  }

  Outcome set_value(const ConfigKey& known, const YAML::Node& place, const std::string& value) {
    const auto outcome = known.set(value);
    if (!outcome) return error_at(place, known.name + ": " + outcome.error());
    return {};
  }

  const std::string& file_;
  const KnownKeys keys_;
  std::set<std::string> seen_;
};

}  // namespace

std::expected<void, std::string> read_yaml(const std::string& file, const std::string& text,
                                           const std::vector<ConfigKey>& keys) {
  YamlReader reader(file, keys);
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.empty()) return {};
    if (documents.size() > 1) return reader.error_at(documents[1].Mark(), "the file must be one document");
    return reader.read_document(documents[0]);
  } catch (const YAML::Exception& error) {
    return reader.error_at(error.mark, error.msg);
  }
}

}  // namespace holdfast::runtime
