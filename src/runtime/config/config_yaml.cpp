#include "config/config_yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

#include "config/config_keys.hpp"

// Most of this is for messages: people mistype YAML, and the parser's own words name neither the key nor what to do.
// Where it stumbles the key is found from the lines themselves. A value is never shown, for it may be a secret.
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

  const ConfigPlaces& places() const { return places_; }

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
    if (value.IsNull()) return {};
    if (value.IsScalar()) return set_value(known, key, value.Scalar());
    if (!known.is_list) return error_at(key, known.name + ": must be one value");
    return set_items(known, key, value);
  }

  Outcome set_items(const ConfigKey& known, const YAML::Node& key, const YAML::Node& items) {
    if (!items.IsSequence()) return error_at(key, known.name + ": must be a list");
    for (const auto& item : items) {
      if (!item.IsScalar()) return error_at(item, known.name + ": must be a list of plain values");
      const auto outcome = set_value(known, item, item.Scalar());
      if (!outcome) return outcome;
    }
    return {};
  }

  Outcome set_value(const ConfigKey& known, const YAML::Node& place, const std::string& value) {
    const auto outcome = set_from_text(known, value);
    if (!outcome) return error_at(place, known.name + ": " + outcome.error());
    if (!value.empty()) places_.emplace(known.name, error_at(place, known.name).error());
    return {};
  }

  const std::string& file_;
  const KnownKeys keys_;
  std::set<std::string> seen_;
  ConfigPlaces places_;
};

// Notes where documents begin.
class DocumentCounter final : public YAML::EventHandler {
 public:
  std::vector<YAML::Mark> starts;

  void OnDocumentStart(const YAML::Mark& mark) override { starts.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// YAML::Load would pass over whatever follows the first document, and YAML::LoadAll finds documents without end in some
// broken files. So this looks for a second one, and no further.
std::optional<YAML::Mark> second_document(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentCounter counter;
  while (counter.starts.size() < 2) {
    if (!parser.HandleNextDocument(counter)) return std::nullopt;
  }
  return counter.starts.back();
}

struct Line {
  std::size_t indent = 0;
  std::string key;  // empty: it has none
  std::string value;
};

Line read_line(const std::string& text) {
  const auto indent = std::min(text.find_first_not_of(" \t"), text.size());
  const auto colon = std::min(text.find(':', indent), text.size());
  const std::string key = text.substr(indent, colon - indent);
  const bool is_word = !key.empty() && key.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.") == std::string::npos;
  const bool ends =
      colon + 1 == text.size() || (colon < text.size() && (text[colon + 1] == ' ' || text[colon + 1] == '\t'));
  if (!is_word || !ends) return {indent, {}, {}};
  const auto value = std::min(text.find_first_not_of(" \t", colon + 1), text.size());
  return {indent, key, text.substr(value)};
}

// "retention.prune_schedule" of the line on which it stands, found without the parser, which stumbled over it.
std::string dotted_name(const std::vector<std::string>& lines, std::size_t at) {
  Line line = read_line(lines[at]);
  std::string name = line.key;
  for (std::size_t above = at; above-- > 0 && line.indent > 0 && !name.empty();) {
    const Line outer = read_line(lines[above]);
    if (outer.key.empty() || outer.indent >= line.indent) continue;
    line = outer;
    name = outer.key + "." + name;
  }
  return name;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

// What to do about a line that is no YAML; the value may be a secret and is not shown.
std::string remedy(const std::string& text, const YAML::Exception& error) {
  const auto lines = lines_of(text);
  const auto at = static_cast<std::size_t>(error.mark.line);
  if (error.mark.line < 0 || at >= lines.size()) return error.msg;
  const std::string& line = lines[at];
  if (line.find('\t') < line.find_first_not_of(" \t")) return "begins with a tab; indent with spaces";
  const std::string name = dotted_name(lines, at);
  if (name.empty()) return error.msg;
  // What these begin with means something else in YAML.
  const Line found = read_line(line);
  const bool special = std::string_view("*&@%`!|>[]{},?\"'").contains(found.value.empty() ? ' ' : found.value.front());
  if (!special && !found.value.contains(": ")) return name + ": " + error.msg;
  return fmt::format("{}: put the value in quotes, as in {}: \"…\" ({})", name, found.key, error.msg);
}

}  // namespace

std::expected<ConfigPlaces, std::string> read_yaml(const std::string& file, const std::string& text,
                                                   const std::vector<ConfigKey>& keys) {
  YamlReader reader(file, keys);
  try {
    if (const auto second = second_document(text)) return reader.error_at(*second, "the file must be one document");
    if (const auto outcome = reader.read_document(YAML::Load(text)); !outcome) return std::unexpected(outcome.error());
    return reader.places();
  } catch (const YAML::Exception& error) {
    return reader.error_at(error.mark, remedy(text, error));
  }
}

}  // namespace holdfast::runtime
