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

// The same for the API, where people change things and see what belongs to the hub.
template <class Api>
void add_api(http::Router& router, Guard& guard, Api* api, std::string_view method, std::string_view pattern,
             Task<http::Response> (Api::*handler)(http::Request&, Visitor)) {
  router.add(method, pattern, guard.api([api, handler](http::Request& request, Visitor visitor) {
    return (api->*handler)(request, std::move(visitor));
  }));
}

// GET, for people and for who has the key of a customer.
template <class Api>
void add_reading(http::Router& router, Guard& guard, Api* api, std::string_view pattern,
                 Task<http::Response> (Api::*handler)(http::Request&, Reader)) {
  const auto read = [api, handler](http::Request& request, Reader reader) {
    return (api->*handler)(request, std::move(reader));
  };
  router.add("GET", pattern, guard.reader(read), {.ends_with_client = true});
}

// The fields of a sent form; an empty form when the body is none.
http::Form form_of(const http::Request& request);

}  // namespace holdfast::web
