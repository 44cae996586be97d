#pragma once

#include <string_view>
#include <utility>

#include "http/message.hpp"
#include "http/server/router.hpp"
#include "kit/guard.hpp"

namespace holdfast::web {

// Adds a route for people whose handler is a member function.
template <class Pages>
void add_page(http::Router& router, Guard& guard, Pages* pages, std::string_view method, std::string_view pattern,
              Task<http::Response> (Pages::*handler)(http::Request&, Visitor)) {
  const auto handle = [pages, handler](http::Request& request, Visitor visitor) {
    return (pages->*handler)(request, std::move(visitor));
  };
  router.add(method, pattern, guard.page(handle), {.ends_with_client = method == "GET"});
}

// The fields of a sent form; an empty form when the body is none.
http::Form form_of(const http::Request& request);

}  // namespace holdfast::web
