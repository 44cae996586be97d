#include <chrono>
#include <utility>

#include "core/filter.hpp"
#include "fleet_query.hpp"
#include "ranks.hpp"

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

// "(?1, ?2)"
std::string bound_list(SqlText& sql, const FilterTerm& term) {
  std::string text;
  for (const std::string& value : term.values) text += (text.empty() ? "(" : ", ") + sql.bind(value);
  return text + ")";
}

// instr() and not LIKE: no sign in the value has a meaning. Values are in lower case.
std::string contains(const std::string& column, const std::string& bound) {
  return "instr(lower(" + column + "), " + bound + ") > 0";
}

std::string word_condition(SqlText& sql, const FilterTerm& term) {
  return any_of(term, [&](const std::string& word) {
    const std::string bound = sql.bind(word);
    return contains("h.name", bound) + " OR " + contains("h.hostname", bound) + " OR " + contains("h.address", bound) +
           " OR EXISTS (SELECT 1 FROM host_tags WHERE host = s.host AND " + contains("tag", bound) + ")";
  });
}

std::string status_condition(SqlText& sql, const FilterTerm& term) {
  std::string text;
  for (const std::string& value : term.values) {
    const auto state = core::parse_host_state(value == "warn" ? "warning" : value);
    if (state) text += (text.empty() ? "s.rank IN (" : ", ") + sql.bind(std::int64_t{rank_of(*state)});
  }
  return text.empty() ? "false" : text + ")";
}

std::string tag_condition(SqlText& sql, const FilterTerm& term) {
  return "EXISTS (SELECT 1 FROM host_tags WHERE host = s.host AND lower(tag) IN " + bound_list(sql, term) + ")";
}

std::string customer_condition(SqlText& sql, const FilterTerm& term) {
  const std::string values = bound_list(sql, term);
  return "h.customer IN (SELECT id FROM customers WHERE slug IN " + values + " OR lower(name) IN " + values + ")";
}

std::string os_condition(SqlText& sql, const FilterTerm& term) {
  return any_of(term, [&](const std::string& value) { return contains("h.os", sql.bind(value)); });
}

std::string agent_condition(SqlText& sql, const FilterTerm& term) {
  const std::string version = "coalesce(nullif(h.agent_version, ''), nullif(s.controller_version, ''))";
  if (term.compare == FilterOperator::Is) return "lower(" + version + ") IN " + bound_list(sql, term);
  return "compare_versions(" + version + ", " + sql.bind(term.values.front()) + ")" +
         std::string(sign_of(term.compare)) + "0";
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

std::string repository_condition(SqlText& sql, const FilterTerm& term) {
  return any_of(term, [&](const std::string& value) -> std::string {
    if (value == "none") return "NOT EXISTS (SELECT 1 FROM host_repositories WHERE host = s.host)";
    return "EXISTS (SELECT 1 FROM host_repositories AS l JOIN repositories AS r ON r.id = l.repository "
           "WHERE l.host = s.host AND " +
           contains("r.name", sql.bind(value)) + ")";
  });
}

// The words about the unfinished ones are those of their index.
std::string job_condition(SqlText& sql, const FilterTerm& term) {
  const std::string unfinished = "EXISTS (SELECT 1 FROM jobs WHERE host = s.host AND state IN ('queued', 'running')";
  return any_of(term, [&](const std::string& value) {
    if (value == "none") return "NOT " + unfinished + ")";
    return unfinished + " AND state = " + sql.bind(value) + ")";
  });
}

std::string kind_condition(SqlText& sql, const FilterTerm& term) {
  return any_of(term, [&](const std::string& value) {
    return "h.enrolled = " + sql.bind(std::int64_t{value == "agent" ? 1 : 0});
  });
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
      return age_condition(sql, term, "s.protected_at", now);
    case FilterKey::Disk:
      return percent_condition(sql, term, "s.disk");
    case FilterKey::Cpu:
      return percent_condition(sql, term, "s.cpu");
    case FilterKey::Memory:
      return percent_condition(sql, term, "s.memory");
    case FilterKey::Seen:
      return age_condition(sql, term, kSeenAt, now);
    case FilterKey::Repository:
      return repository_condition(sql, term);
    case FilterKey::Job:
      return job_condition(sql, term);
    case FilterKey::Kind:
      return kind_condition(sql, term);
  }
  std::unreachable();
}

}  // namespace

std::string condition_of(SqlText& sql, const FilterTerm& term, core::Time now) {
  const std::string condition = plain_condition(sql, term, now);
  return term.negated ? "NOT coalesce(" + condition + ", false)" : condition;
}

}  // namespace holdfast::store
