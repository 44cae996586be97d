#include "hosts/fleet_query.hpp"

#include <gmock/gmock.h>

#include "hosts/fleet_fixture.hpp"

namespace holdfast::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class QueryPlans : public FleetTest {
 protected:
  // How SQLite goes about it, one step a line.
  std::string plan_of(const SqlText& sql) {
    const auto read_step = [](Statement& row) {
      std::int64_t number = 0;
      std::string step;
      row.read(number, number, number, step);
      return step;
    };
    return read([&](View& view) {
      std::string plan;
      for (const auto& step :
           connection_of(view).list_once("EXPLAIN QUERY PLAN " + sql.text(), sql.values(), read_step))
        plan += step + "\n";
      return plan;
    });
  }
};

class PageStatement : public QueryPlans {
 protected:
  std::string plan_of(const core::FleetQuery& query, const std::optional<std::vector<Value>>& position) {
    return QueryPlans::plan_of(page_statement(query, position, kNow));
  }
  std::string first_page(const core::FleetQuery& query) { return plan_of(query, std::nullopt); }
};

TEST_F(PageStatement, ReadsAnIndexInItsOrderForWorstFirstAndForNames) {
  for (const bool reversed : {false, true}) {
    EXPECT_THAT(first_page(query("", core::FleetSort::Worst, reversed)),
                AllOf(HasSubstr("SCAN s USING COVERING INDEX host_state_worst_first"), Not(HasSubstr("TEMP B-TREE"))));
    EXPECT_THAT(first_page(query("web disk>90", core::FleetSort::Name, reversed)),
                AllOf(HasSubstr("SCAN s USING INDEX host_state_by_name"), Not(HasSubstr("TEMP B-TREE"))));
  }
}

TEST_F(PageStatement, ContinuesInTheIndexWhereThePageBeforeEnded) {
  const std::vector<Value> worst{std::int64_t{0}, std::int64_t{0}, "web1", std::int64_t{7}};
  EXPECT_THAT(plan_of(query("", core::FleetSort::Worst), worst),
              AllOf(HasSubstr("SEARCH s USING COVERING INDEX host_state_worst_first"), Not(HasSubstr("TEMP B-TREE"))));
  const std::vector<Value> name{"web1", std::int64_t{7}};
  EXPECT_THAT(plan_of(query("", core::FleetSort::Name, true), name),
              AllOf(HasSubstr("SEARCH s USING COVERING INDEX host_state_by_name"), Not(HasSubstr("TEMP B-TREE"))));
}

TEST_F(PageStatement, LooksUpWhatAFilterNamesOnceAndNotForEachHost) {
  for (const std::string filter : {"-repository:a,b,none", "-job:queued,none", "-tag:a,b", "-word", "customer:a"})
    EXPECT_THAT(first_page(query(filter)), Not(HasSubstr("CORRELATED LIST"))) << filter;
}

TEST_F(PageStatement, ReadsOnlyTheRowsOfAStateInTheIndex) {
  EXPECT_THAT(first_page(query("status:down", core::FleetSort::Worst)),
              HasSubstr("SEARCH s USING COVERING INDEX host_state_worst_first (rank=?)"));
}

TEST_F(PageStatement, BeginsWithTheHostsOfACustomer) {
  core::FleetQuery of_customer = query("", core::FleetSort::Worst);
  of_customer.customer = customer();
  EXPECT_THAT(first_page(of_customer), HasSubstr("SEARCH h USING COVERING INDEX hosts_by_name (customer=?)"));
}

TEST_F(PageStatement, ReadsOnlyThoseThatAreKnownToMatch) {
  for (const core::FleetSort sort : {core::FleetSort::Worst, core::FleetSort::Name, core::FleetSort::Cpu}) {
    core::FleetQuery few = query("disk>90", sort);
    few.among = {core::HostId("01J00000000000000000000H01"), core::HostId("01J00000000000000000000H02")};
    EXPECT_THAT(first_page(few), StartsWith("SEARCH h USING COVERING INDEX sqlite_autoindex_hosts_1 (uid=?)\n"
                                            "SEARCH s USING INTEGER PRIMARY KEY (rowid=?)\n"));
  }
}

TEST_F(PageStatement, AsksEachTermOnce) {
  const auto text_of = [](std::string_view filter) { return page_statement(query(filter), std::nullopt, kNow).text(); };
  EXPECT_EQ(text_of("web -tag:prod web web -tag:prod"), text_of("web -tag:prod"));
}

TEST_F(PageStatement, HasTheSameTextForOtherValues) {
  const auto text_of = [](std::string_view filter) { return page_statement(query(filter), std::nullopt, kNow).text(); };
  EXPECT_EQ(text_of("web tag:prod disk>90"), text_of("\"'; --\" tag:\"?\" disk>1"));
}

// Of many jobs few failed: these are found by their index, and what has several states is not sorted.
TEST_F(QueryPlans, OfJobsFindThoseOfOneStateByItsIndexAndSortNone) {
  const auto plan = [&](std::string_view condition) {
    SqlText sql;
    sql += fmt::format("SELECT 1 FROM jobs AS j {} hosts AS h ON h.id = j.host WHERE {} ORDER BY j.uid DESC LIMIT 50",
                       kJoinInOrder, condition);
    return plan_of(sql);
  };
  EXPECT_THAT(plan("j.state = 'failed'"), AllOf(HasSubstr("jobs_by_state"), Not(HasSubstr("TEMP B-TREE"))));
  EXPECT_THAT(plan(without_index("j.state") + " IN ('failed', 'partial')"), Not(HasSubstr("FOR ORDER BY")));
}

}  // namespace
}  // namespace holdfast::store
