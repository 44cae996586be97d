#include <cstdint>

#include "core/jobs/backup.hpp"
#include "core/jobs/exclude_pattern.hpp"
#include "text/utf8.hpp"

// Any text as an address and as an exclude pattern: taken, or refused with a sentence; never shown with a login.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::core;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto checked = check_repository_address(text);
  if (!checked && (checked.error().message.empty() || !holdfast::text::is_valid_utf8(checked.error().message)))
    __builtin_trap();
  const auto shown = redact_url(text);
  if (checked && backend_of(text) == Backend::Local && shown != text) __builtin_trap();
  if (shown.size() > text.size() + 6) __builtin_trap();
  is_exclude_pattern(text);
  is_inside_sources(text, {{"/srv"}, {std::string(text)}, {}});
  return 0;
}
