#include <cstdint>

#include "core/filter/filter.hpp"
#include "text/utf8.hpp"

// Any text as a filter: read or refused with a sentence; what was read is written and read back as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::core;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto filter = parse_filter(text);
  if (!filter) {
    if (filter.error().message.empty() || !holdfast::text::is_valid_utf8(filter.error().message)) __builtin_trap();
    return 0;
  }
  const auto again = parse_filter(to_text(*filter));
  if (!again || *again != *filter) __builtin_trap();
  compare_versions(text.substr(0, size / 2), text.substr(size / 2));
  return 0;
}
