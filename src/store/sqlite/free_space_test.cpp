#include <gtest/gtest.h>

#include "reports/report_fixture.hpp"

namespace holdfast::store {
namespace {

class Space : public ReportsTest {
 protected:
  std::size_t give_back(std::size_t pages) {
    return write([&](Transaction& transaction) { return give_back_space(transaction, pages); });
  }
  // What it takes on the disk once it is closed.
  std::uintmax_t file_size() {
    close();
    return std::filesystem::file_size(file_in(folder_));
  }
};

TEST_F(Space, IsGivenBackWhenReportsWereRemoved) {
  const core::Host host = add_host_named("web1");
  const core::Host other = add_host_named("web2");
  add_many(host.id, other.id, 2000, 1000);
  const std::uintmax_t full = file_size();
  EXPECT_GT(full, 2'000'000u);
  write([](Transaction& transaction) { return remove_reports_before(transaction, at(60 * 1900), 5000); });
  EXPECT_EQ(file_size(), full);
  EXPECT_EQ(give_back(0), 0u);
  EXPECT_EQ(give_back(100), 100u);
  EXPECT_EQ(file_size(), full - 100 * 4096);
  std::size_t given = 0;
  for (std::size_t step = give_back(64); step > 0; step = give_back(64)) given += step;
  EXPECT_GT(given, 300u);
  EXPECT_LT(file_size(), full / 4);
  EXPECT_EQ(read(count_reports), 100u);
  EXPECT_EQ(give_back(64), 0u);
}

}  // namespace
}  // namespace holdfast::store
