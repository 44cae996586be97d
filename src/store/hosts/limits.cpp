#include "store/hosts/limits.hpp"

#include <fmt/format.h>

#include "sqlite/sqlite.hpp"

namespace holdfast::store {
namespace {

using core::LimitOrigin;
using core::LimitSet;
using core::LimitSource;

constexpr std::string_view kColumns =
    "backup_age, silence_warning, silence_down, failures_down, disk_warning, disk_down";
constexpr std::string_view kExcludedColumns =
    "excluded.backup_age, excluded.silence_warning, excluded.silence_down, excluded.failures_down, "
    "excluded.disk_warning, excluded.disk_down";
constexpr std::string_view kHost = "(SELECT id FROM hosts WHERE uid = ?)";
constexpr std::string_view kCustomer = "(SELECT id FROM customers WHERE uid = ?)";
constexpr std::string_view kTag = "?";

// Each part is found by an index.
const std::string kOnHost = fmt::format(
    "SELECT host IS NOT NULL, tag, {0} FROM limits WHERE host = {1} "
    "UNION ALL SELECT false, tag, {0} FROM limits WHERE tag IN (SELECT tag FROM host_tags WHERE host = {1}) "
    "UNION ALL SELECT false, tag, {0} FROM limits WHERE customer = (SELECT customer FROM hosts WHERE uid = ?)",
    kColumns, kHost);
const std::string kTags = fmt::format("SELECT tag, {} FROM limits WHERE tag IS NOT NULL ORDER BY tag", kColumns);
constexpr std::string_view kMakeDueWithTag =
    "UPDATE host_state SET changes_at = ? WHERE host IN (SELECT host FROM host_tags WHERE tag = ?)";
constexpr std::string_view kMakeDueOfCustomer =
    "UPDATE host_state SET changes_at = ? WHERE host IN "
    "(SELECT h.id FROM hosts AS h JOIN customers AS c ON c.id = h.customer WHERE c.uid = ?)";

// The statements about one place, which `column` names and `key` finds.
struct PlaceStatements {
  PlaceStatements(std::string_view column, std::string_view key)
      : find(fmt::format("SELECT {} FROM limits WHERE {} = {}", kColumns, column, key)),
        set(fmt::format("INSERT INTO limits ({0}, {1}) VALUES ({2}, ?, ?, ?, ?, ?, ?) "
                        "ON CONFLICT ({0}) DO UPDATE SET ({1}) = ({3})",
                        column, kColumns, key, kExcludedColumns)),
        remove(fmt::format("DELETE FROM limits WHERE {} = {}", column, key)) {}

  std::string find;
  std::string set;
  std::string remove;
};

const PlaceStatements kOfHost("host", kHost);
const PlaceStatements kOfCustomer("customer", kCustomer);
const PlaceStatements kOfTag("tag", kTag);

// The six columns as they are stored.
struct Numbers {
  std::optional<std::int64_t> backup_age;
  std::optional<std::int64_t> silence_warning;
  std::optional<std::int64_t> silence_down;
  LimitSet set;

  LimitSet to_set() const {
    const auto seconds = [](const auto& number) {
      return number ? std::optional(std::chrono::seconds(*number)) : std::nullopt;
    };
    LimitSet made = set;
    made.backup_age = seconds(backup_age);
    made.silence_warning = seconds(silence_warning);
    made.silence_down = seconds(silence_down);
    return made;
  }
};

LimitSet read_set(Statement& row) {
  Numbers n;
  row.read(n.backup_age, n.silence_warning, n.silence_down, n.set.failures_down, n.set.disk_warning, n.set.disk_down);
  return n.to_set();
}

LimitSource read_source(Statement& row) {
  LimitSource source;
  bool of_host = false;
  std::optional<std::string> tag;
  Numbers n;
  row.read(of_host, tag, n.backup_age, n.silence_warning, n.silence_down, n.set.failures_down, n.set.disk_warning,
           n.set.disk_down);
  source.origin = of_host ? LimitOrigin::Host : tag ? LimitOrigin::Tag : LimitOrigin::Customer;
  source.tag = tag.value_or("");
  source.set = n.to_set();
  return source;
}

std::pair<std::string, LimitSet> read_tag(Statement& row) {
  std::string tag;
  Numbers n;
  row.read(tag, n.backup_age, n.silence_warning, n.silence_down, n.set.failures_down, n.set.disk_warning,
           n.set.disk_down);
  return {std::move(tag), n.to_set()};
}

template <class Key>
void set_at(Transaction& transaction, const PlaceStatements& statements, const Key& key, const LimitSet& set) {
  Connection& connection = connection_of(transaction);
  if (set.is_empty()) {
    connection.run(statements.remove, key);
    return;
  }
  const auto count = [](const auto& time) { return time ? std::optional(time->count()) : std::nullopt; };
  connection.run(statements.set, key, count(set.backup_age), count(set.silence_warning), count(set.silence_down),
                 set.failures_down, set.disk_warning, set.disk_down);
}

}  // namespace

std::vector<LimitSource> limits_on(View& view, const core::HostId& host) {
  return connection_of(view).list(kOnHost, read_source, host, host, host);
}

LimitSet limits_of(View& view, const core::HostId& host) {
  return connection_of(view).find(kOfHost.find, read_set, host).value_or(LimitSet());
}
LimitSet limits_of(View& view, const core::CustomerId& customer) {
  return connection_of(view).find(kOfCustomer.find, read_set, customer).value_or(LimitSet());
}
LimitSet limits_of_tag(View& view, std::string_view tag) {
  return connection_of(view).find(kOfTag.find, read_set, tag).value_or(LimitSet());
}

void set_limits(Transaction& transaction, const core::HostId& host, const LimitSet& limits) {
  set_at(transaction, kOfHost, host, limits);
}
void set_limits(Transaction& transaction, const core::CustomerId& customer, const LimitSet& limits) {
  set_at(transaction, kOfCustomer, customer, limits);
}
void set_limits_of_tag(Transaction& transaction, std::string_view tag, const LimitSet& limits) {
  set_at(transaction, kOfTag, tag, limits);
}

std::map<std::string, LimitSet> list_tag_limits(View& view) {
  std::map<std::string, LimitSet> limits;
  for (auto& [tag, set] : connection_of(view).list(kTags, read_tag)) limits.emplace(std::move(tag), set);
  return limits;
}

void make_due_with_tag(Transaction& transaction, std::string_view tag, core::Time now) {
  connection_of(transaction).run(kMakeDueWithTag, now, tag);
}

void make_due_of_customer(Transaction& transaction, const core::CustomerId& customer, core::Time now) {
  connection_of(transaction).run(kMakeDueOfCustomer, now, customer);
}

}  // namespace holdfast::store
