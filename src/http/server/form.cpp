#include <algorithm>

#include "http/message.hpp"
#include "text.hpp"
#include "text/percent.hpp"

namespace holdfast::http {
namespace {
constexpr std::size_t kMaxFields = 1000;
}

std::optional<Form> Form::parse(std::string_view body) {
  Form form;
  while (!body.empty()) {
    auto pair = take_until(body, '&');
    if (pair.empty()) continue;
    auto name = text::form_decode(take_until(pair, '='));
    auto value = text::form_decode(pair);
    if (!name || !value || form.fields_.size() == kMaxFields) return std::nullopt;
    form.fields_.emplace_back(std::move(*name), std::move(*value));
  }
  return form;
}

std::string_view Form::get(std::string_view name) const {
  const auto found = std::ranges::find(fields_, name, [](const auto& field) { return std::string_view(field.first); });
  return found == fields_.end() ? std::string_view() : found->second;
}

std::vector<std::string_view> Form::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [field, value] : fields_) {
    if (field == name) values.push_back(value);
  }
  return values;
}

bool Form::contains(std::string_view name) const {
  return std::ranges::any_of(fields_, [name](const auto& field) { return field.first == name; });
}

}  // namespace holdfast::http
