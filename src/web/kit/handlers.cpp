#include "kit/handlers.hpp"

namespace holdfast::web {

http::Form form_of(const http::Request& request) {
  auto form = http::Form::parse(request.body);
  return form ? *std::move(form) : http::Form();
}

}  // namespace holdfast::web
