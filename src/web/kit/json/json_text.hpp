#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace holdfast::web {

// As the API writes it: on one line, and numbers as people write them, 12.5 and not 1.25E1.
std::string json_text(const boost::json::value& value);

}  // namespace holdfast::web
