#include "fleet/address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "kit/queries.hpp"
#include "text/ascii.hpp"
#include "text/utf8.hpp"

namespace holdfast::web {
namespace {

constexpr std::string_view kDensityCookie = "fleet_density";
constexpr std::string_view kColumnsCookie = "fleet_columns";
constexpr std::size_t kMaxFilterBytes = 2000;

struct KnownColumn {
  std::string_view name;
  std::string_view text;
  bool usual;
};
constexpr std::array<KnownColumn, 10> kColumns{{
    {"customer", "Customer", false},
    {"runs", "Last 14 runs", true},
    {"age", "Last backup", true},
    {"cpu", "CPU", true},
    {"memory", "Memory", true},
    {"disk", "Fullest disk", true},
    {"containers", "Containers", true},
    {"repository", "Repository", false},
    {"report", "Last report", false},
    {"version", "Version", true},
}};

constexpr std::array<std::pair<std::string_view, views::Density>, 3> kDensities{{
    {"compact", views::Density::Compact},
    {"standard", views::Density::Standard},
    {"roomy", views::Density::Roomy},
}};

constexpr std::array<std::pair<std::string_view, views::CellColour>, 3> kColours{{
    {"status", views::CellColour::Status},
    {"backup", views::CellColour::Backup},
    {"disk", views::CellColour::Disk},
}};

bool is_column(std::string_view name) {
  return std::ranges::find(kColumns, name, &KnownColumn::name) != kColumns.end();
}

template <class Names>
auto value_named(const Names& names, std::string_view name) -> std::optional<decltype(names[0].second)> {
  const auto* const found = std::ranges::find(names, name, [](const auto& pair) { return pair.first; });
  if (found == names.end()) return std::nullopt;
  return found->second;
}

template <class Names, class Value>
std::string_view name_of(const Names& names, Value value) {
  return std::ranges::find(names, value, [](const auto& pair) { return pair.second; })->first;
}

// "cpu.disk" as the names in it that are columns.
std::optional<std::vector<std::string>> read_columns(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::vector<std::string> columns;
  while (!text.empty()) {
    const auto end = std::min(text.find('.'), text.size());
    const auto name = text.substr(0, end);
    if (is_column(name)) columns.emplace_back(name);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return columns;
}

// Every column hidden is a choice, too, and has to differ from none made.
std::string columns_text(const std::vector<std::string>& columns) {
  return columns.empty() ? "none" : fmt::format("{}", fmt::join(columns, "."));
}

std::string cookie_line(std::string_view name, std::string_view value) {
  constexpr std::chrono::seconds kYear = std::chrono::days(365);
  return fmt::format("{}={}; Path=/; Max-Age={}; SameSite=Lax", name, value, value.empty() ? 0 : kYear.count());
}

// One word of a filter after another; quotes keep blanks together.
std::vector<std::string_view> terms_of(std::string_view text) {
  std::vector<std::string_view> terms;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool ends = i == text.size() || (text[i] == ' ' && !quoted);
    if (i < text.size() && text[i] == '"') quoted = !quoted;
    if (!ends) continue;
    if (i > begin) terms.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return terms;
}

}  // namespace

http::Request request_of(std::string_view target) {
  http::Request request;
  const auto mark = target.find('?');
  const auto query = http::Form::parse(mark == std::string_view::npos ? "" : target.substr(mark + 1));
  for (const auto* const name : {"q", "sort", "layout", "colour", "density", "columns", "after"}) {
    if (query) request.query.emplace(name, query->get(name));
  }
  return request;
}

FleetAddress read_fleet_address(const http::Request& request) {
  FleetAddress address;
  address.text = text::truncate_utf8(text::trim(request.query_value("q")), kMaxFilterBytes);
  core::FleetQuery ignored;
  if (const auto sort = request.query_value("sort"); !sort.empty() && read_sort(sort, ignored)) address.sort = sort;
  if (request.query_value("layout") == "grid") address.layout = views::Layout::Grid;
  address.colour = value_named(kColours, request.query_value("colour")).value_or(views::CellColour::Status);
  address.after = request.query_value("after");
  address.density = value_named(kDensities, request.query_value("density"));
  address.columns = read_columns(request.query_value("columns"));
  return address;
}

std::vector<views::Kept> kept_fields(const FleetAddress& address) {
  std::vector<views::Kept> fields;
  if (address.sort != "worst") fields.push_back({"sort", address.sort});
  if (address.layout == views::Layout::Grid) fields.push_back({"layout", "grid"});
  if (address.colour != views::CellColour::Status)
    fields.push_back({"colour", std::string(name_of(kColours, address.colour))});
  if (address.density) fields.push_back({"density", std::string(name_of(kDensities, *address.density))});
  if (address.columns) fields.push_back({"columns", columns_text(*address.columns)});
  return fields;
}

views::Url url_of(const FleetAddress& address, views::LocalPath path) {
  views::Url url(path);
  if (!address.text.empty()) url.query("q", address.text);
  for (const auto& field : kept_fields(address)) url.query(field.name, field.value);
  if (!address.after.empty()) url.query("after", address.after);
  return url;
}

core::Result<core::FleetQuery> query_of(const FleetAddress& address) {
  core::FleetQuery query;
  auto filter = core::parse_filter(address.text);
  if (!filter) return std::unexpected(filter.error());
  query.filter = *std::move(filter);
  if (const auto sort = read_sort(address.sort, query); !sort) return std::unexpected(sort.error());
  query.after = address.after;
  return query;
}

std::vector<views::Column> columns_of(const FleetAddress& address, const http::Request& request) {
  const auto chosen =
      address.columns ? address.columns : read_columns(http::cookie(request, kColumnsCookie).value_or(""));
  std::vector<views::Column> columns;
  for (const auto& column : kColumns) {
    const bool shown = chosen ? std::ranges::find(*chosen, column.name) != chosen->end() : column.usual;
    columns.push_back({std::string(column.name), std::string(column.text), shown});
  }
  return columns;
}

views::Density density_of(const FleetAddress& address, const http::Request& request) {
  if (address.density) return *address.density;
  return value_named(kDensities, http::cookie(request, kDensityCookie).value_or("")).value_or(views::Density::Standard);
}

std::string hidden_classes(const std::vector<views::Column>& columns) {
  std::string classes;
  for (const auto& column : columns) {
    if (!column.shown) classes += fmt::format("{}no-{}", classes.empty() ? "" : " ", column.name);
  }
  return classes;
}

RememberedView remember_view(const http::Form& form) {
  auto address = read_fleet_address(request_of(views::Url::from_request(form.get("back")).text()));
  RememberedView remembered;
  if (const auto density = value_named(kDensities, form.get("density"))) {
    address.density = density;
    remembered.cookies.push_back(cookie_line(kDensityCookie, form.get("density")));
  }
  if (form.get("columns") == "usual") {
    address.columns.reset();
    remembered.cookies.push_back(cookie_line(kColumnsCookie, ""));
  } else if (form.get("columns") == "chosen") {
    address.columns.emplace();
    for (const auto name : form.all("column"))
      if (is_column(name)) address.columns->emplace_back(name);
    remembered.cookies.push_back(cookie_line(kColumnsCookie, columns_text(*address.columns)));
  }
  address.after.clear();
  remembered.back = url_of(address);
  return remembered;
}

bool has_term(std::string_view text, std::string_view term) {
  const auto terms = terms_of(text);
  return std::ranges::find(terms, term) != terms.end();
}

std::string toggle_term(std::string_view text, std::string_view term) {
  auto terms = terms_of(text);
  if (std::erase(terms, term) == 0) terms.push_back(term);
  return fmt::format("{}", fmt::join(terms, " "));
}

}  // namespace holdfast::web
