#include <cstdint>
#include <cstdlib>

#include "text/duration.hpp"
#include "text/look_alike.hpp"
#include "text/percent.hpp"
#include "text/terminal.hpp"
#include "text/time.hpp"
#include "text/utf8.hpp"

// Any bytes: what is made of them is UTF-8, and what was read is written and read back as the same.
namespace holdfast::text {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_shown(std::string_view bytes) {
  const std::string valid = to_valid_utf8(bytes);
  require(is_valid_utf8(valid) && (valid == bytes) == is_valid_utf8(bytes));
  require(is_valid_utf8(truncate_utf8(valid, valid.size() / 2)));
  require(is_valid_utf8(for_terminal(bytes)) && is_valid_utf8(look_alike_form(valid)));
  require(shown_text(shown_text(valid)) == shown_text(valid));
  require(!has_hidden_character(shown_name(valid)));
}

void check_percent(std::string_view bytes) {
  const auto decoded = form_decode(bytes);
  if (decoded) require(is_valid_utf8(*decoded) && percent_decode(percent_encode(*decoded)) == decoded);
}

void check_times(std::string_view bytes) {
  if (const auto time = parse_time(bytes)) require(parse_time(format_time(*time)) == time);
  if (const auto duration = parse_duration(bytes, "wdhms")) require(duration->count() >= 0);
}

}  // namespace
}  // namespace holdfast::text

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::text;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_shown(bytes);
  check_percent(bytes);
  check_times(bytes);
  return 0;
}
