#include "core/filter/filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <utility>

#include "filter/filter_parts.hpp"
#include "filter/version.hpp"
#include "names.hpp"
#include "text/ascii.hpp"
#include "text/duration.hpp"

// People type these, so each error names the part as it was written and what may stand there. One table says what
// each key takes. The limits are there because each value is looked for in every host.
namespace holdfast::core {
namespace {

constexpr std::size_t kMaxValues = 50;      // of one part
constexpr std::size_t kMaxAllValues = 100;  // of all: each is looked for in every host
constexpr std::size_t kMaxValueBytes = 255;

// What may follow a key.
enum class ValueForm { Text, OneOf, Version, Percent, Age };

struct KeyRule {
  FilterKey key;
  std::string_view name;
  std::string_view alias;  // or empty
  ValueForm form;
  std::string_view words;  // blank-separated: the only values besides comparisons; empty: any
};

constexpr KeyRule kRules[] = {
    {FilterKey::Status, "status", "", ValueForm::OneOf, "ok warn down waiting paused unprotected"},
    {FilterKey::Tag, "tag", "", ValueForm::Text, ""},
    {FilterKey::Customer, "customer", "site", ValueForm::Text, ""},
    {FilterKey::Os, "os", "", ValueForm::Text, ""},
    {FilterKey::Agent, "agent", "", ValueForm::Version, ""},
    {FilterKey::Backup, "backup", "", ValueForm::Age, "none warn down"},
    {FilterKey::Disk, "disk", "", ValueForm::Percent, "warn down"},
    {FilterKey::Cpu, "cpu", "", ValueForm::Percent, ""},
    {FilterKey::Memory, "memory", "mem", ValueForm::Percent, ""},
    {FilterKey::Seen, "seen", "", ValueForm::Age, "never"},
    {FilterKey::Repository, "repository", "repo", ValueForm::Text, ""},
    {FilterKey::Job, "job", "", ValueForm::OneOf, "queued running none"},
    {FilterKey::Kind, "kind", "", ValueForm::OneOf, "agent report"},
};

constexpr Names<FilterOperator, 5> kOperators{{
    {FilterOperator::Is, ""},
    {FilterOperator::Less, "<"},
    {FilterOperator::LessEqual, "<="},
    {FilterOperator::Greater, ">"},
    {FilterOperator::GreaterEqual, ">="},
}};

const KeyRule* find_rule(std::string_view name) {
  const auto* rule = std::ranges::find_if(kRules, [&](const KeyRule& candidate) {
    return candidate.name == name || (!candidate.alias.empty() && candidate.alias == name);
  });
  return rule == std::end(kRules) ? nullptr : rule;
}

const KeyRule& rule_of(FilterKey key) {
  return *std::ranges::find(kRules, key, &KeyRule::key);
}

bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

// "ok, warn or down" of "ok warn down".
std::string choices(std::string_view words) {
  std::string text(words);
  if (const auto last = text.rfind(' '); last != std::string::npos) text.replace(last, 1, " or ");
  for (auto blank = text.find(' '); blank < text.rfind(" or "); blank = text.find(' ', blank + 2))
    text.replace(blank, 1, ", ");
  return text;
}

bool is_one_of(std::string_view words, std::string_view value) {
  return !value.contains(' ') && fmt::format(" {} ", words).contains(fmt::format(" {} ", value));
}

// "92.5" or "92.5%", from 0 to 100.
std::optional<double> read_percent(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  if (text.empty() || !text::is_digit(text.front())) return std::nullopt;
  double percent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || percent > 100) return std::nullopt;
  return percent;
}

// "26h", "1d12h" in seconds, at most a hundred years.
std::optional<double> read_age(std::string_view text) {
  constexpr std::chrono::days kMost(36525);
  const auto age = text::parse_duration(text, "wdhms");
  return age && *age <= kMost ? std::optional(static_cast<double>(age->count())) : std::nullopt;
}

// What must stand where `form` is compared; its answer is the number, 0 for a version.
std::optional<double> read_number(ValueForm form, std::string_view text) {
  if (form == ValueForm::Percent) return read_percent(text);
  if (form == ValueForm::Age) return read_age(text);
  return is_version(text) ? std::optional(0.0) : std::nullopt;
}

std::string_view number_words(ValueForm form) {
  if (form == ValueForm::Percent) return "a number from 0 to 100";
  return form == ValueForm::Age ? "an age such as 30m, 26h or 2d" : "a version such as 1.4.2";
}

bool is_compared(ValueForm form) {
  return form == ValueForm::Version || form == ValueForm::Percent || form == ValueForm::Age;
}

Result<FilterTerm> read_comparison(const KeyRule& rule, const FilterPart& part, FilterTerm term, std::size_t at) {
  const auto sign = name_of(kOperators, term.compare);
  if (!is_compared(rule.form))
    return bad_filter(part.written, fmt::format("{} is not compared with {}", rule.name, sign));
  auto value = part.text.substr(at);
  const auto number = read_number(rule.form, value);
  if (!number) return bad_filter(part.written, fmt::format("after {} there must be {}", sign, number_words(rule.form)));
  term.number = *number;
  term.values = {std::move(value)};
  return term;
}

// What is wrong with a value that is not compared; empty: nothing.
std::string fault_of(const KeyRule& rule, std::string_view value) {
  if (value.empty()) return "a value is missing";
  if (rule.form == ValueForm::OneOf && !is_one_of(rule.words, value))
    return fmt::format("{} is one of {}", rule.name, choices(rule.words));
  const bool is_figure = rule.form == ValueForm::Percent || rule.form == ValueForm::Age;
  if (!is_figure || is_one_of(rule.words, value)) return {};
  const auto sample = rule.form == ValueForm::Percent ? ">90" : ">26h";
  const auto words = rule.words.empty() ? std::string() : fmt::format(", or {}:{}", rule.name, choices(rule.words));
  return fmt::format("{0} needs a comparison such as {0}:{1}{2}", rule.name, sample, words);
}

std::vector<std::string> split_values(const FilterPart& part, std::size_t at) {
  std::vector<std::string> values(1);
  for (; at < part.text.size(); ++at) {
    if (part.sign(at) == ',')
      values.emplace_back();
    else
      values.back() += part.text[at];
  }
  return values;
}

Result<FilterTerm> read_values(const KeyRule& rule, const FilterPart& part, FilterTerm term, std::size_t at) {
  term.values = split_values(part, at);
  if (term.values.size() > kMaxValues) return bad_filter(part.written, fmt::format("at most {} values", kMaxValues));
  for (auto& value : term.values) {
    if (rule.key == FilterKey::Status && value == "warning") value = "warn";
    if (const auto fault = fault_of(rule, value); !fault.empty()) return bad_filter(part.written, fault);
  }
  return term;
}

// `at` moves past the operator.
FilterOperator take_operator(const FilterPart& part, std::size_t& at) {
  const char sign = part.sign(at);
  if (sign != '<' && sign != '>') return FilterOperator::Is;
  const bool or_equal = part.sign(++at) == '=';
  at += or_equal;
  if (sign == '<') return or_equal ? FilterOperator::LessEqual : FilterOperator::Less;
  return or_equal ? FilterOperator::GreaterEqual : FilterOperator::Greater;
}

// Where the name that begins at `begin` ends, when it is followed by ':' or a comparison.
std::optional<std::size_t> end_of_key(const FilterPart& part, std::size_t begin) {
  auto end = begin;
  while (is_letter(part.sign(end))) ++end;
  const char sign = part.sign(end);
  if (end == begin || (sign != ':' && sign != '<' && sign != '>')) return std::nullopt;
  return end;
}

Result<FilterTerm> read_term(const FilterPart& part) {
  FilterTerm term;
  term.negated = part.sign(0) == '-' && part.text.size() > 1;
  const std::size_t begin = term.negated ? 1 : 0;
  const auto end = end_of_key(part, begin);
  if (!end) {
    term.values = {part.text.substr(begin)};
    return term;
  }
  const auto name = part.text.substr(begin, *end - begin);
  const auto* rule = find_rule(name);
  if (!rule)
    return bad_filter(part.written, fmt::format("there is no key {}; in quotes it is searched for as it is", name));
  auto at = *end + (part.sign(*end) == ':');
  term.key = rule->key;
  term.compare = take_operator(part, at);
  return term.compare == FilterOperator::Is ? read_values(*rule, part, std::move(term), at)
                                            : read_comparison(*rule, part, std::move(term), at);
}

bool is_too_long(const FilterTerm& term) {
  return std::ranges::any_of(term.values, [](const auto& value) { return value.size() > kMaxValueBytes; });
}

bool is_plain(char c) {
  return is_letter(c) || text::is_digit(c) || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("._/%+-").contains(c);
}

std::string quote_value(const std::string& value) {
  if (!value.starts_with('-') && std::ranges::all_of(value, is_plain)) return value;
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

Result<Filter> parse_filter(std::string_view text) {
  const auto parts = split_filter(text);
  if (!parts) return std::unexpected(parts.error());
  Filter filter;
  std::size_t values = 0;
  for (const auto& part : *parts) {
    auto term = read_term(part);
    if (!term) return std::unexpected(term.error());
    if (is_too_long(*term)) return bad_filter(part.written, fmt::format("at most {} bytes a value", kMaxValueBytes));
    values += term->values.size();
    if (values > kMaxAllValues)
      return bad_filter(part.written, fmt::format("at most {} values in all parts together", kMaxAllValues));
    filter.terms.push_back(*std::move(term));
  }
  return filter;
}

std::string to_text(const FilterTerm& term) {
  std::string text = term.negated ? "-" : "";
  if (term.key != FilterKey::Word)
    text += fmt::format("{}:{}", rule_of(term.key).name, name_of(kOperators, term.compare));
  for (std::size_t i = 0; i < term.values.size(); ++i) text += (i > 0 ? "," : "") + quote_value(term.values[i]);
  return text;
}

std::string to_text(const Filter& filter) {
  std::string text;
  for (const auto& term : filter.terms) text += (text.empty() ? "" : " ") + to_text(term);
  return text;
}

}  // namespace holdfast::core
