#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "http/message.hpp"
#include "server/target.hpp"
#include "text/utf8.hpp"

// Forms and targets: whatever comes in, what comes out is UTF-8 without NUL.
namespace {

using holdfast::http::Form;

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_clean(std::string_view text) {
  return holdfast::text::is_valid_utf8(text) && !text.contains('\0');
}

void check_target(std::string_view text) {
  const auto target = holdfast::http::parse_target(text);
  if (!target) return;
  require(is_clean(target->path) && !target->segments.empty());
  for (const auto& [name, value] : target->query) require(is_clean(name) && is_clean(value));
}

void check_form(std::string_view text) {
  const auto form = Form::parse(text);
  if (form) require(is_clean(form->get("a")) && form->contains("a") == !form->all("a").empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_form(text);
  check_target(text);
  return 0;
}
