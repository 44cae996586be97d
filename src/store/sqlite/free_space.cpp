#include <string>

#include "sqlite/sqlite.hpp"
#include "store/reports/reports.hpp"

namespace holdfast::store {
namespace {

constexpr std::string_view kFreePages = "PRAGMA freelist_count";

}  // namespace

// Each step of the statement frees one page.
std::size_t give_back_space(Transaction& transaction, std::size_t pages) {
  if (pages == 0) return 0;  // which to SQLite means all
  Connection& connection = connection_of(transaction);
  const std::int64_t before = connection.number(kFreePages);
  connection.run_script("PRAGMA incremental_vacuum(" + std::to_string(pages) + ")");
  return static_cast<std::size_t>(before - connection.number(kFreePages));
}

}  // namespace holdfast::store
