#include "fleet/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "kit/shell/pager.hpp"
#include "kit/shell/shell.hpp"

namespace holdfast::web {
namespace {

constexpr std::size_t kMaxRows = 100;
constexpr std::size_t kMaxJobs = 500;

struct Head {
  std::string_view name;  // the class of the column
  std::string_view text;
  std::string_view sort;  // empty: it does not sort
  bool numbers_down;      // its natural order is the largest, latest or worst first
};
constexpr std::array<Head, 12> kHeads{{
    {"stc", "Status", "worst", true},
    {"host", "Host", "name", false},
    {"customer", "Customer", "customer", false},
    {"runs", "14 runs", "", false},
    {"age", "Last backup", "backup", true},
    {"cpu", "CPU, 24 h", "cpu", true},
    {"memory", "Memory", "memory", true},
    {"disk", "Disk", "disk", true},
    {"num containers", "Containers", "", false},
    {"repository", "Repository", "", false},
    {"report", "Last report", "seen", true},
    {"num version", "Version", "", false},
}};

bool is_reversed(std::string_view sort) {
  return sort.starts_with('-');
}

std::string_view without_sign(std::string_view sort) {
  return sort.substr(is_reversed(sort) ? 1 : 0);
}

// A click on the column that sorts turns the order round.
views::ColumnHead show_column_head(const Head& head, FleetAddress address) {
  views::ColumnHead shown{std::string(head.name), std::string(head.text), {}, {}};
  if (head.sort.empty()) return shown;
  const bool sorts = without_sign(address.sort) == head.sort;
  const bool reversed = is_reversed(address.sort);
  if (sorts) shown.direction = head.numbers_down != reversed ? "descending" : "ascending";
  address.sort = sorts && !reversed ? fmt::format("-{}", head.sort) : std::string(head.sort);
  address.after.clear();
  shown.sort = url_of(address);
  return shown;
}

std::string_view order_text(std::string_view sort) {
  constexpr std::array<std::array<std::string_view, 3>, 8> kTexts{{
      {"worst", "worst status first", "best status first"},
      {"name", "by name", "by name, backwards"},
      {"backup", "oldest backup first", "newest backup first"},
      {"cpu", "busiest first", "least busy first"},
      {"memory", "fullest memory first", "emptiest memory first"},
      {"disk", "fullest disk first", "emptiest disk first"},
      {"seen", "longest silent first", "newest report first"},
      {"customer", "by customer", "by customer, backwards"},
  }};
  const auto* const found = std::ranges::find(kTexts, without_sign(sort), [](const auto& texts) { return texts[0]; });
  return found == kTexts.end() ? "" : (*found)[is_reversed(sort) ? 2 : 1];
}

views::HostTable rows_of(const fleet::FleetPage& found, const RowContext& context) {
  views::HostTable table;
  for (const auto& host : found.hosts) table.rows.push_back(show_row(host, context));
  return table;
}

views::Pager pager_of(const fleet::FleetPage& found, FleetAddress address) {
  const auto page_after = [&](std::string_view cursor) {
    address.after = cursor;
    return url_of(address);
  };
  const auto total = found.matching.total();
  auto pager = show_pager(found, found.hosts.size(), total, page_after);
  pager.what = total == 1 ? "host" : "hosts";
  return pager;
}

}  // namespace

std::vector<views::Option> sort_options(const FleetAddress& address) {
  std::vector<views::Option> options;
  for (const auto& head : kHeads) {
    if (head.sort.empty()) continue;
    const auto text = order_text(head.sort);
    options.push_back({std::string(head.sort), std::string(text), address.sort == head.sort});
  }
  return options;
}

Task<RowContext> RowContexts::of(const std::vector<fleet::FleetHost>& hosts) {
  RowContext context{clock_.now(), watch_.limits(), hub_version_, {}};
  const bool any_job = std::ranges::any_of(hosts, [](const auto& host) { return host.row.current_job.has_value(); });
  if (!any_job) co_return context;
  core::JobFilter filter;
  filter.states = {core::JobState::Queued, core::JobState::Running};
  filter.limit = kMaxJobs;
  auto jobs = co_await jobs_.list(filter);
  for (auto& job : jobs) {
    const auto id = job.id;
    context.jobs.emplace(id, std::move(job));
  }
  co_return context;
}

views::HostTable show_table(const fleet::FleetPage& found, const FleetAddress& address, const views::FleetTools& tools,
                            const RowContext& context) {
  auto table = rows_of(found, context);
  for (const auto& head : kHeads) table.heads.push_back(show_column_head(head, address));
  table.hidden = hidden_classes(tools.columns);
  table.density = tools.density;
  table.order = order_text(address.sort);
  table.caption = fmt::format("Hosts, {}", table.order);
  table.pager = pager_of(found, address);
  table.back = url_of(address).text();
  return table;
}

views::HostTable show_customer_table(const fleet::FleetPage& found, const FleetAddress& address,
                                     const RowContext& context) {
  auto table = rows_of(found, context);
  table.pager = pager_of(found, address);
  for (const auto& head : kHeads) table.heads.push_back({std::string(head.name), std::string(head.text), {}, {}});
  table.heads.front().direction = "descending";
  table.hidden = "no-customer no-repository no-report";
  table.order = order_text("worst");
  table.caption = fmt::format("Hosts, {}", table.order);
  return table;
}

views::Url fleet_stream(const FleetAddress& address, const std::vector<fleet::FleetHost>& hosts) {
  std::vector<std::string> ids;
  for (const auto& host : hosts) ids.push_back(host.row.host.id.text());
  auto url = stream_url("fleet");
  return url.query("rows", fmt::format("{}", fmt::join(ids, "."))).query("view", url_of(address).text());
}

std::vector<core::HostId> read_rows(const http::Request& request) {
  std::vector<core::HostId> rows;
  auto text = request.query_value("rows");
  while (!text.empty() && rows.size() < kMaxRows) {
    const auto end = std::min(text.find('.'), text.size());
    if (auto id = core::HostId::parse(text.substr(0, end))) rows.push_back(*std::move(id));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return rows;
}

FleetAddress read_view(const http::Request& request) {
  return read_fleet_address(request_of(request.query_value("view")));
}

std::uint64_t state_of(const views::FleetGrid& grid) {
  std::uint64_t state = 14695981039346656037U;  // FNV-1a
  const auto add = [&](unsigned char byte) { state = (state ^ byte) * 1099511628211U; };
  for (const auto& group : grid.groups) {
    for (const auto& cell : group.cells) {
      for (const char c : cell.id) add(static_cast<unsigned char>(c));
      add(static_cast<unsigned char>(cell.mark));
    }
  }
  return state;
}

}  // namespace holdfast::web
