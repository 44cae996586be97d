#include "customers/options.hpp"

namespace holdfast::web {
namespace {

constexpr std::size_t kCustomersToChoose = 200;

}  // namespace

runtime::Task<std::vector<views::Option>> customer_options(fleet::Customers& customers, std::string_view chosen) {
  core::CustomerQuery query;
  query.limit = kCustomersToChoose + 1;
  const std::string slug(chosen);
  std::vector<views::Option> options;
  const auto rows = co_await customers.list(query);
  for (const auto& row : rows) options.push_back({row.customer.slug, row.customer.name, row.customer.slug == slug});
  if (options.size() > kCustomersToChoose) options.clear();
  co_return options;
}

}  // namespace holdfast::web
