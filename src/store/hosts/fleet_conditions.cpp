#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "core/filter/filter.hpp"
#include "hosts/fleet_query.hpp"
#include "hosts/ranks.hpp"

// What each key of a filter means in the database. What is not known makes a condition false, so that the negated one
// holds.
namespace holdfast::store {
namespace {

using core::FilterKey;
using core::FilterOperator;
using core::FilterTerm;

std::string_view sign_of(FilterOperator compare) {
  switch (compare) {
    case FilterOperator::Is:
      return " = ";
    case FilterOperator::Less:
      return " < ";
    case FilterOperator::LessEqual:
      return " <= ";
    case FilterOperator::Greater:
      return " > ";
    case FilterOperator::GreaterEqual:
      return " >= ";
  }
  std::unreachable();
}

// "(… OR …)", with what `one` makes of each value.
template <class One>
std::string any_of(const FilterTerm& term, One one) {
  std::string text;
  for (const std::string& value : term.values) text += (text.empty() ? "(" : " OR ") + one(value);
  return text + ")";
}

// "(?, ?)"
std::string bound_list(SqlText& sql, const FilterTerm& term) {
  std::string text;
  for (const std::string& value : term.values) text += (text.empty() ? "(" : ", ") + sql.bind(value);
  return text + ")";
}

// For is_like(): what has the value somewhere. No sign in the value has a meaning.
std::string bind_pattern(SqlText& sql, std::string_view value) {
  std::string pattern = "%";
  for (const char c : value) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return sql.bind(pattern + "%");
}

// "SELECT tag …" of the different ones that fulfil `condition`. Each is found behind the one before: the index has as
// many entries as hosts have tags.
std::string different_tags(const std::string& condition) {
  return "WITH RECURSIVE tags (tag) AS (SELECT min(tag) FROM host_tags UNION ALL "
         "SELECT (SELECT min(tag) FROM host_tags WHERE tag > tags.tag) FROM tags WHERE tags.tag IS NOT NULL) "
         "SELECT tag FROM tags WHERE " +
         condition;
}

// The hosts of `select`, which names no column from outside: so it is run once, however many hosts are looked at.
std::string is_among(const std::string& select) {
  return "s.host IN (SELECT host FROM " + select + ")";
}

std::string word_condition(SqlText& sql, const FilterTerm& term) {
  return any_of(term, [&](const std::string& word) {
    std::string text;
    for (const char* column : {"h.name", "h.hostname", "h.address"})
      text += is_like(column, bind_pattern(sql, word)) + " OR ";
    return text + is_among("host_tags WHERE tag IN (" + different_tags(is_like("tag", bind_pattern(sql, word))) + ")");
  });
}

std::string status_condition(SqlText& sql, const FilterTerm& term) {
  return any_of(term, [&](const std::string& value) -> std::string {
    if (value == "unprotected") return "s.unprotected";
    const auto state = core::parse_host_state(value == "warn" ? "warning" : value);
    return state ? "s.rank = " + sql.bind(std::int64_t{rank_of(*state)}) : "false";
  });
}

std::string tag_condition(SqlText& sql, const FilterTerm& term) {
  return is_among("host_tags WHERE tag IN (" + different_tags("lower(tag) IN " + bound_list(sql, term)) + ")");
}

std::string customer_condition(SqlText& sql, const FilterTerm& term) {
  const std::string slugs = bound_list(sql, term);
  const std::string names = bound_list(sql, term);
  return "h.customer IN (SELECT id FROM customers WHERE slug IN " + slugs + " OR lower(name) IN " + names + ")";
}

std::string os_condition(SqlText& sql, const FilterTerm& term) {
  return any_of(term, [&](const std::string& value) { return is_like("h.os", bind_pattern(sql, value)); });
}

std::string agent_condition(SqlText& sql, const FilterTerm& term) {
  const std::string version = "coalesce(nullif(h.agent_version, ''), nullif(s.controller_version, ''))";
  if (term.compare == FilterOperator::Is) return "lower(" + version + ") IN " + bound_list(sql, term);
  return version_order(version, sql.bind(term.values.front())) + std::string(sign_of(term.compare)) + "0";
}

// `moment` is 0 for never, which is longer ago than any age.
std::string age_condition(SqlText& sql, const FilterTerm& term, std::string_view at, core::Time now) {
  const std::string moment(at);
  if (term.compare == FilterOperator::Is) return moment + " = 0";
  const core::Time then = now - core::milliseconds(static_cast<std::int64_t>(term.number * 1000));
  const std::string bound = sql.bind(std::int64_t{then.time_since_epoch().count()});
  const bool is_older = term.compare == FilterOperator::Greater || term.compare == FilterOperator::GreaterEqual;
  // The older, the smaller the moment.
  const std::string compared = bound + std::string(sign_of(term.compare)) + moment;
  return "(" + compared + (is_older ? " OR " + moment + " = 0)" : " AND " + moment + " <> 0)");
}

std::string percent_condition(SqlText& sql, const FilterTerm& term, std::string_view column) {
  if (term.compare == FilterOperator::Is) return "false";
  return std::string(column) + std::string(sign_of(term.compare)) + sql.bind(term.number);
}

// By the limits that the host was judged by: "warn" and "down" are two different things.
std::string backup_condition(SqlText& sql, const FilterTerm& term, core::Time now) {
  if (term.compare != FilterOperator::Is) return age_condition(sql, term, "s.protected_at", now);
  const auto is_past = [&](std::string_view factor) {
    return fmt::format(
        "(h.needs_backup AND s.rank <> 2 AND s.protected_at > 0 AND s.protected_at + s.backup_limit * {} <= {})",
        factor, sql.bind(std::int64_t{now.time_since_epoch().count()}));
  };
  return any_of(term, [&](const std::string& value) -> std::string {
    if (value == "none") return "s.protected_at = 0";
    const std::string once = value == "warn" ? is_past("1000") + " AND NOT " : "";
    return "(" + once + is_past("2000") + ")";
  });
}

std::string disk_condition(SqlText& sql, const FilterTerm& term) {
  if (term.compare != FilterOperator::Is) return percent_condition(sql, term, "s.disk");
  return any_of(term, [](const std::string& value) -> std::string {
    if (value == "down") return "(s.rank <> 2 AND s.disk > s.disk_down)";
    return "(s.rank <> 2 AND s.disk >= s.disk_warning AND s.disk <= s.disk_down)";
  });
}

// The word "none" is a question of its own; all other values of a term are answered by one lookup.
struct NamedAndNone {
  explicit NamedAndNone(const FilterTerm& term) : named(term) { none = std::erase(named.values, "none") > 0; }
  std::string with(std::string named_condition, const std::string& none_condition) const {
    if (!none) return named_condition;
    return named.values.empty() ? none_condition : "(" + named_condition + " OR " + none_condition + ")";
  }

  FilterTerm named;
  bool none = false;
};

std::string repository_condition(SqlText& sql, const FilterTerm& term) {
  const NamedAndNone values(term);
  const std::string matches =
      any_of(values.named, [&](const std::string& value) { return is_like("name", bind_pattern(sql, value)); });
  return values.with(
      is_among("host_repositories WHERE repository IN (SELECT id FROM repositories WHERE " + matches + ")"),
      "NOT " + is_among("host_repositories"));
}

// The words about the unfinished ones are those of their index.
std::string job_condition(SqlText& sql, const FilterTerm& term) {
  const std::string unfinished = "jobs WHERE state IN ('queued', 'running')";
  const NamedAndNone values(term);
  return values.with(is_among(unfinished + " AND state IN " + bound_list(sql, values.named)),
                     "NOT " + is_among(unfinished));
}

std::string kind_condition(const FilterTerm& term) {
  return any_of(
      term, [](const std::string& value) -> std::string { return value == "agent" ? "h.enrolled" : "NOT h.enrolled"; });
}

std::string plain_condition(SqlText& sql, const FilterTerm& term, core::Time now) {
  switch (term.key) {
    case FilterKey::Word:
      return word_condition(sql, term);
    case FilterKey::Status:
      return status_condition(sql, term);
    case FilterKey::Tag:
      return tag_condition(sql, term);
    case FilterKey::Customer:
      return customer_condition(sql, term);
    case FilterKey::Os:
      return os_condition(sql, term);
    case FilterKey::Agent:
      return agent_condition(sql, term);
    case FilterKey::Backup:
      return backup_condition(sql, term, now);
    case FilterKey::Disk:
      return disk_condition(sql, term);
    case FilterKey::Cpu:
      return percent_condition(sql, term, "s.cpu");
    case FilterKey::Memory:
      return percent_condition(sql, term, "s.memory");
    case FilterKey::Seen:
      return age_condition(sql, term, seen_at(), now);
    case FilterKey::Repository:
      return repository_condition(sql, term);
    case FilterKey::Job:
      return job_condition(sql, term);
    case FilterKey::Kind:
      return kind_condition(term);
  }
  std::unreachable();
}

}  // namespace

std::string condition_of(SqlText& sql, const FilterTerm& term, core::Time now) {
  const std::string condition = plain_condition(sql, term, now);
  return term.negated ? "NOT coalesce(" + condition + ", false)" : condition;
}

}  // namespace holdfast::store
