#include "log/log_format.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "text/terminal.hpp"
#include "text/time.hpp"

namespace holdfast::runtime::log {
namespace {

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

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  text::append_escaped(out, text);
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
  std::string line = fmt::format("{} {:<5} {} ", text::format_time(event.time), level_name(event.level), event.id);
  text::append_escaped(line, event.message);
  for (const Field& field : event.fields) {
    line += ' ';
    text::append_escaped(line, field.key);
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
  std::string line =
      fmt::format(R"({{"time":"{}","level":"{}")", text::format_time(event.time), level_name(event.level));
  append_member(line, "id", event.id);
  append_member(line, "message", event.message);
  for (const Field& field : event.fields) append_member(line, field.key, field.value.text);
  line += '}';
  return line;
}

}  // namespace holdfast::runtime::log
