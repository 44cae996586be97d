#include <gmock/gmock.h>

#include <map>

#include "hosts/fleet_fixture.hpp"

namespace holdfast::store {
namespace {

using core::HostState;
using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;
using FleetSummary = FleetTest;

TEST_F(FleetSummary, IsCountedByState) {
  add("ok");
  add("ok2");
  add("waiting", HostState::Waiting);
  add("paused", HostState::Paused);
  add("warning", HostState::Warning);
  add("down", HostState::Down);
  const auto count = [this](std::string_view filter) {
    return read([&](View& view) { return count_fleet(view, query(filter), kNow); });
  };
  EXPECT_EQ(count(""), (core::FleetCounts{2, 1, 1, 1, 1}));
  EXPECT_EQ(count("").total(), 6u);
  EXPECT_EQ(count("ok"), (core::FleetCounts{2, 0, 0, 0, 0}));
  EXPECT_EQ(count("nowhere"), core::FleetCounts());
}

TEST_F(FleetSummary, HasACellForEveryHostByCustomerThenWorstFirst) {
  const core::Customer acme = add_customer_named("acme");
  const core::Host quiet = add("quiet");
  set_state(add_host_of(acme.id, "ok").id, HostState::Ok);
  const core::Host down = add_host_of(acme.id, "down");
  const core::JudgedBy limits{std::chrono::hours(26), std::chrono::minutes(30), 85, 97};
  write([&](Transaction& transaction) {
    set_status(transaction, down.id,
               {HostState::Down, {core::finding::NeverReported()}, at(1), {}, false, at(9), limits});
  });
  core::ReportFigures figures;
  figures.disk_percent = 77.5;
  report_figures(down.id, figures);
  const auto cells = read([](View& view) { return list_fleet_cells(view, {}, kNow); });
  ASSERT_EQ(cells.size(), 3u);
  EXPECT_EQ(cells[0].host, down.id);
  EXPECT_EQ(cells[0].name, "down");
  EXPECT_EQ(cells[0].state, HostState::Down);
  EXPECT_THAT(cells[0].findings, ElementsAre(core::finding::NeverReported()));
  EXPECT_EQ(cells[0].customer_slug, "acme");
  EXPECT_EQ(cells[0].customer_name, "Customer acme");
  EXPECT_EQ(cells[0].backup_at, at(9));
  EXPECT_EQ(cells[0].limits, limits);
  EXPECT_EQ(cells[0].disk_percent, 77.5);
  EXPECT_EQ(cells[1].name, "ok");
  EXPECT_EQ(cells[2].host, quiet.id);
  EXPECT_EQ(cells[2].backup_at, std::nullopt);
  EXPECT_EQ(cells[2].disk_percent, std::nullopt);
  EXPECT_EQ(read([](View& view) { return list_fleet_cells(view, query("status:down"), kNow); }).size(), 1u);
}

class CustomerRows : public FleetTest {
 protected:
  static core::CustomerQuery by_text(const std::string& text) {
    core::CustomerQuery query;
    query.text = text;
    return query;
  }
  static core::CustomerQuery by_state(HostState state) {
    core::CustomerQuery query;
    query.state = state;
    return query;
  }
  static core::CustomerQuery by_id(const core::CustomerId& id) {
    core::CustomerQuery query;
    query.only = id;
    return query;
  }
  static core::CustomerQuery page_after(const std::string& slug, std::size_t limit) {
    core::CustomerQuery query;
    query.after = slug;
    query.limit = limit;
    return query;
  }
  std::vector<core::CustomerRow> list(const core::CustomerQuery& query) {
    return read([&](View& view) { return list_customer_rows(view, query, kNow); });
  }
  std::vector<std::string> slugs(const core::CustomerQuery& query) {
    std::vector<std::string> slugs;
    for (const core::CustomerRow& row : list(query)) slugs.push_back(row.customer.slug);
    return slugs;
  }
};

TEST_F(CustomerRows, HoldCountsPauseNewestReportAndKeys) {
  const core::Customer acme = add_customer_named("acme");
  const core::Host older = add_host_of(acme.id, "older");
  const core::Host newer = add_host_of(acme.id, "newer");
  add_host_of(acme.id, "silent");
  set_state(older.id, HostState::Down);
  set_state(newer.id, HostState::Ok);
  report(older.id, at(10), [](core::ReportState&) {});
  report(newer.id, at(20), [](core::ReportState&) {});
  write([&](Transaction& transaction) {
    set_customer_pause(transaction, acme.id, core::Pause{{}, "moving", "anna", at(1)});
    for (const auto& [hash, expires_at] :
         {std::pair("good", std::optional<core::Time>()), std::pair("ends", std::optional(kNow + hours(1))),
          std::pair("ended", std::optional(kNow))}) {
      add_customer_key(transaction, {make_id<core::CustomerKeyId>(1), acme.id, hash, "", "", at(1), expires_at, {}});
    }
  });
  const std::vector<core::CustomerRow> found = list(by_text("acme"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].customer.id, acme.id);
  EXPECT_EQ(found[0].counts, (core::FleetCounts{1, 1, 0, 0, 1}));
  EXPECT_EQ(found[0].pause->reason, "moving");
  EXPECT_EQ(found[0].report->host, newer.id);
  EXPECT_EQ(found[0].keys, 2u);
  const core::CustomerRow empty = list(by_text("default")).at(0);
  EXPECT_EQ(empty.counts, core::FleetCounts());
  EXPECT_EQ(empty.report, std::nullopt);
  EXPECT_EQ(empty.keys, 0u);
}

TEST_F(CustomerRows, AreFoundByTextStateAndId) {
  const core::Customer acme = add_customer_named("acme");
  const core::Customer zoo = add_customer_named("zoo");
  set_state(add_host_of(acme.id, "a").id, HostState::Ok);
  set_state(add_host_of(zoo.id, "b").id, HostState::Ok);
  set_state(add_host_of(zoo.id, "c").id, HostState::Warning);
  EXPECT_THAT(slugs({}), ElementsAre("acme", "default", "zoo"));
  EXPECT_THAT(slugs(by_text("CUSTOMER Z")), ElementsAre("zoo"));
  EXPECT_THAT(slugs(by_text("%")), IsEmpty());
  EXPECT_THAT(slugs(by_state(HostState::Warning)), ElementsAre("zoo"));
  EXPECT_THAT(slugs(by_state(HostState::Ok)), ElementsAre("acme"));
  EXPECT_THAT(slugs(by_state(HostState::Down)), IsEmpty());
  EXPECT_THAT(slugs(by_id(zoo.id)), ElementsAre("zoo"));
}

TEST_F(CustomerRows, AreInTheStateOfTheirWorstHostOrPaused) {
  const auto with = [&](const std::string& slug, std::initializer_list<HostState> states) {
    const core::Customer customer = add_customer_named(slug);
    for (const auto state : states) set_state(add_host_of(customer.id, slug).id, state);
    return customer.id;
  };
  with("down", {HostState::Ok, HostState::Paused, HostState::Down});
  with("mixed", {HostState::Ok, HostState::Paused, HostState::Waiting});
  with("ok", {HostState::Ok, HostState::Ok});
  with("waiting", {HostState::Ok, HostState::Waiting});
  const auto moving = with("moving", {HostState::Down});
  const auto empty = with("empty", {});
  const auto over = with("over", {HostState::Ok});
  write([&](Transaction& transaction) {
    set_customer_pause(transaction, moving, core::Pause{{}, "", "anna", at(1)});
    set_customer_pause(transaction, empty, core::Pause{kNow + hours(1), "", "anna", at(1)});
    set_customer_pause(transaction, over, core::Pause{kNow, "", "anna", at(1)});
  });
  EXPECT_THAT(slugs(by_state(HostState::Down)), ElementsAre("down"));
  EXPECT_THAT(slugs(by_state(HostState::Paused)), ElementsAre("empty", "mixed", "moving"));
  EXPECT_THAT(slugs(by_state(HostState::Waiting)), ElementsAre("waiting"));
  EXPECT_THAT(slugs(by_state(HostState::Ok)), ElementsAre("ok", "over"));
  for (const auto state : {HostState::Down, HostState::Paused, HostState::Waiting, HostState::Ok}) {
    for (const core::CustomerRow& row : list(by_state(state))) EXPECT_EQ(state_of(row), state) << row.customer.slug;
  }
  EXPECT_EQ(state_of(list(by_text("default")).at(0)), std::nullopt);
}

TEST_F(CustomerRows, ComeByPages) {
  for (const char* slug : {"a", "b", "c"}) add_customer_named(slug);
  EXPECT_THAT(slugs(page_after("", 2)), ElementsAre("a", "b"));
  EXPECT_THAT(slugs(page_after("b", 2)), ElementsAre("c", "default"));
  EXPECT_THAT(slugs(page_after("default", 50)), IsEmpty());
}

TEST_F(CustomerRows, ComeWorstFirstWhereThatIsWanted) {
  std::map<std::string, core::HostId> hosts;
  for (const auto& [slug, state] : {std::pair("a", HostState::Ok), std::pair("b", HostState::Warning),
                                    std::pair("c", HostState::Down), std::pair("d", HostState::Warning)}) {
    hosts[slug] = add_host_of(add_customer_named(slug).id, slug).id;
    set_state(hosts[slug], state);
  }
  core::CustomerQuery query;
  query.worst_first = true;
  EXPECT_THAT(slugs(query), ElementsAre("c", "b", "d", "default", "a"));
  query.limit = 2;
  const auto rows = list(query);
  query.after = after_worst_first(rows.back());
  EXPECT_EQ(query.after, "warning:b");
  set_state(hosts["b"], HostState::Ok);
  EXPECT_THAT(slugs(query), ElementsAre("d", "default")) << "whatever became of the last one meanwhile";
  query.after = "ok:a";
  EXPECT_THAT(slugs(query), ElementsAre("b"));
  query.after = "nonsense";
  EXPECT_THAT(slugs(query), ElementsAre("c", "d"));
  query.after = "";
  query.limit = 50;
  query.state = HostState::Warning;
  EXPECT_THAT(slugs(query), ElementsAre("d"));
}

}  // namespace
}  // namespace holdfast::store
