// The published schema has the members that are understood, neither more nor fewer.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "report/report_fields.hpp"

namespace holdfast::protocol {
namespace {

namespace json = boost::json;

template <class T>
T& inner(T& value) {
  return value;
}
template <class T>
T& inner(std::optional<T>& value) {
  return value.emplace();
}

// Offered to `fields`; takes down the paths of all members.
class NameCollector {
 public:
  NameCollector(std::set<std::string>& names, std::string prefix) : names_(names), prefix_(std::move(prefix)) {}

  void text(std::string_view name, auto&) { add(name); }
  void slug(std::string_view name, auto&) { add(name); }
  void host(std::string_view name, auto&) { add(name); }
  void count(std::string_view name, auto&) { add(name); }
  void seconds(std::string_view name, auto&) { add(name); }
  void flag(std::string_view name, auto&) { add(name); }
  void number(std::string_view name, auto&, const Range&) { add(name); }
  void numbers(std::string_view name, auto&, const Range&) { add(name); }
  void time(std::string_view name, auto&) { add(name); }
  void health(std::string_view name, auto&) { add(name); }
  void texts(std::string_view name, auto&, std::size_t) { add(name); }
  void group(std::string_view name, auto describe) {
    NameCollector members(names_, add(name) + ".");
    describe(members);
  }
  void object(std::string_view name, auto& value) {
    group(name, [&value](auto& io) { fields(io, inner(value)); });
  }
  template <class T>
  void objects(std::string_view name, std::vector<T>& values, std::size_t) {
    object(name, values.emplace_back());
  }

 private:
  std::string add(std::string_view name) {
    names_.insert(prefix_ + std::string(name));
    return prefix_ + std::string(name);
  }

  std::set<std::string>& names_;
  std::string prefix_;
};

std::set<std::string> understood() {
  std::set<std::string> names;
  core::Report report;
  NameCollector collector(names, "");
  fields(collector, report);
  return names;
}

json::object read_schema() {
  std::ifstream file(HOLDFAST_TEST_DATA "/../../docs/reference/report.schema.json");
  return json::parse(std::string(std::istreambuf_iterator<char>(file), {})).as_object();
}

// What a member's schema refers to, if it does.
const json::object& resolved(const json::object& root, const json::object& schema) {
  constexpr std::string_view kDefinitions = "#/$defs/";
  const json::value* reference = schema.if_contains("$ref");
  if (!reference) return schema;
  return root.at("$defs").at(std::string_view(reference->as_string()).substr(kDefinitions.size())).as_object();
}

void collect(const json::object& root, const json::object& schema, const std::string& prefix,
             std::set<std::string>& names) {
  const json::object& own = resolved(root, schema);
  if (const json::value* items = own.if_contains("items")) collect(root, items->as_object(), prefix, names);
  const json::value* properties = own.if_contains("properties");
  if (!properties) return;
  for (const auto& [name, member] : properties->as_object()) {
    const std::string path = prefix + std::string(name);
    names.insert(path);
    collect(root, member.as_object(), path + ".", names);
  }
}

TEST(ReportSchema, HasTheMembersThatAreUnderstood) {
  std::set<std::string> published;
  const json::object schema = read_schema();
  collect(schema, schema, "", published);
  EXPECT_THAT(published, testing::ContainerEq(understood()));
  EXPECT_TRUE(published.contains("system.disks.smart_status"));
}

TEST(ReportSchema, DescribesEachMember) {
  const json::object schema = read_schema();
  std::vector<const json::object*> left = {&schema};
  for (std::size_t i = 0; i < left.size(); ++i) {
    const json::object& own = resolved(schema, *left[i]);
    EXPECT_TRUE(left[i]->contains("description") || own.contains("description")) << json::serialize(*left[i]);
    if (const json::value* properties = own.if_contains("properties"))
      for (const auto& member : properties->as_object()) left.push_back(&member.value().as_object());
  }
}

}  // namespace
}  // namespace holdfast::protocol
