#pragma once

#include <string_view>
#include <vector>

#include "fleet/accounts/customers.hpp"
#include "kit/parts.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::web {

// The customers to choose one from, by their slugs; empty where there are too many, and the ID is typed.
runtime::Task<std::vector<views::Option>> customer_options(fleet::Customers& customers, std::string_view chosen);

}  // namespace holdfast::web
