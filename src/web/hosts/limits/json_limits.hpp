#pragma once

#include <boost/json/object.hpp>

#include "core/status/limits.hpp"

namespace holdfast::web {

// What is not set is null.
boost::json::object to_json(const core::LimitSet& limits);
// Each with where it comes from.
boost::json::object to_json(const core::HostLimits& limits);

}  // namespace holdfast::web
