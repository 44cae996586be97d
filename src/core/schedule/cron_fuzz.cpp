#include <cstdint>

#include "core/schedule/cron.hpp"
#include "core/schedule/retention.hpp"
#include "text/utf8.hpp"

// Any text as a cron expression: read or refused with a sentence; what it says is next is a moment that it matches. And
// as a span of the calendar, which is the same when it was written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::core;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto span = parse_calendar_span(text); span && parse_calendar_span(to_text(*span)) != *span)
    __builtin_trap();
  const auto cron = Cron::parse(text);
  if (!cron) {
    if (cron.error().message.empty() || !holdfast::text::is_valid_utf8(cron.error().message)) __builtin_trap();
    return 0;
  }
  if (cron->sentence().empty()) __builtin_trap();
  const auto to_local = [](Time time) {
    return LocalMinutes(std::chrono::floor<std::chrono::minutes>(time.time_since_epoch()));
  };
  const auto to_instant = [](LocalMinutes local) { return Instant{Time(local.time_since_epoch()), {}}; };
  const Time start = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22);
  const auto next = cron->next(start, {to_local, to_instant});
  if (next && (*next <= start || !cron->matches(to_local(*next)))) __builtin_trap();
  return 0;
}
