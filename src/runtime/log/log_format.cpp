#include "log/log_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "runtime/process/terminal.hpp"

namespace holdfast::runtime::log {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string_view level_name(Level level) {
  switch (level) {
    case Level::Debug:
      return "debug";
    case Level::Info:
      return "info";
    case Level::Warning:
      return "warn";
    case Level::Error:
      break;
  }
  return "error";
}

std::string format_time(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// How many bytes the sequence that `lead` begins has, and the range that its second byte must be in (RFC 3629, 4).
struct Sequence {
  std::size_t length;
  unsigned char second_low = 0x80;
  unsigned char second_high = 0xBF;
};

Sequence sequence_of(unsigned char lead) {
  if (lead < 0x80) return {1};
  if (lead < 0xC2 || lead > 0xF4) return {0};
  if (lead < 0xE0) return {2};
  if (lead == 0xE0) return {3, 0xA0};
  if (lead == 0xED) return {3, 0x80, 0x9F};
  if (lead < 0xF0) return {3};
  if (lead == 0xF0) return {4, 0x90};
  if (lead == 0xF4) return {4, 0x80, 0x8F};
  return {4};
}

// The length of the UTF-8 sequence at the front, or 0 when there is no valid one.
std::size_t valid_length(std::string_view text) {
  const Sequence sequence = sequence_of(byte_at(text, 0));
  if (sequence.length > text.size()) return 0;
  if (sequence.length > 1 && (byte_at(text, 1) < sequence.second_low || byte_at(text, 1) > sequence.second_high))
    return 0;
  for (std::size_t i = 2; i < sequence.length; ++i) {
    if ((byte_at(text, i) & 0xC0) != 0x80) return 0;
  }
  return sequence.length;
}

void append_ascii(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto code = static_cast<unsigned char>(c);
  if (code < 0x20 || code == 0x7F) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
  } else {
    out += c;
  }
}

// U+0080 to U+009F: terminals take them for commands.
bool is_c1_control(std::string_view sequence) {
  return sequence.size() == 2 && byte_at(sequence, 0) == 0xC2 && byte_at(sequence, 1) < 0xA0;
}

// U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069: what follows would be shown in another order than it has.
bool turns_text(std::string_view sequence) {
  if (sequence.size() != 3 || byte_at(sequence, 0) != 0xE2) return false;
  const unsigned second = byte_at(sequence, 1);
  const unsigned third = byte_at(sequence, 2);
  return (second == 0x80 && (third == 0x8E || third == 0x8F || (third >= 0xAA && third <= 0xAE))) ||
         (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

unsigned code_point(std::string_view sequence) {
  if (sequence.size() == 2) return (byte_at(sequence, 0) & 0x1FU) << 6 | (byte_at(sequence, 1) & 0x3FU);
  return (byte_at(sequence, 0) & 0x0FU) << 12 | (byte_at(sequence, 1) & 0x3FU) << 6 | (byte_at(sequence, 2) & 0x3FU);
}

void append_plain_ascii(std::string& out, char c) {
  if (c == '"' || c == '\\')
    out += c;
  else
    append_ascii(out, c);
}

void append_escaped(std::string& out, std::string_view text, void (*append_one)(std::string&, char) = append_ascii) {
  while (!text.empty()) {
    const std::size_t length = valid_length(text);
    const std::string_view sequence = text.substr(0, length);
    if (length == 0) {
      out += kReplacement;
    } else if (length == 1) {
      append_one(out, sequence[0]);
    } else if (is_c1_control(sequence) || turns_text(sequence)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", code_point(sequence));
    } else {
      out += sequence;
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

bool needs_quotes(std::string_view value) {
  return value.empty() || std::ranges::any_of(value, [](unsigned char c) {
           return c <= ' ' || c >= 0x7F || c == '"' || c == '=' || c == '\\';
         });
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
  out += ',';
  append_quoted(out, key);
  out += ':';
  append_quoted(out, value);
}

}  // namespace

std::string format_text(const Event& event) {
  std::string line = fmt::format("{} {:<5} {} ", format_time(event.time), level_name(event.level), event.id);
  append_escaped(line, event.message);
  for (const Field& field : event.fields) {
    line += ' ';
    append_escaped(line, field.key);
    line += '=';
    if (needs_quotes(field.value.text)) {
      append_quoted(line, field.value.text);
    } else {
      line += field.value.text;
    }
  }
  return line;
}

std::string format_json(const Event& event) {
  std::string line = fmt::format(R"({{"time":"{}","level":"{}")", format_time(event.time), level_name(event.level));
  append_member(line, "id", event.id);
  append_member(line, "message", event.message);
  for (const Field& field : event.fields) append_member(line, field.key, field.value.text);
  line += '}';
  return line;
}

}  // namespace holdfast::runtime::log

namespace holdfast::runtime {

std::string for_terminal(std::string_view text) {
  std::string out;
  log::append_escaped(out, text, log::append_plain_ascii);
  return out;
}

}  // namespace holdfast::runtime
