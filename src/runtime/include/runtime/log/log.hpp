#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

// Structured log: one line an event, with an identifier that never changes and key=value fields.
//   log::info("agent.connected", "Agent connected", {{"host", id}, {"version", version}});
// Secrets never go in. Safe from any thread. Whatever the values hold, one event is one line of valid UTF-8.
namespace holdfast::runtime::log {

enum class Level { Debug, Info, Warning, Error };
enum class Format { Text, Json };

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool>;

// A field's value as text.
struct Value {
  Value(std::string_view value) : text(value) {}
  Value(const char* value) : text(value) {}
  Value(const std::string& value) : text(value) {}
  Value(std::same_as<bool> auto value) : text(value ? "true" : "false") {}
  Value(Integer auto value) : text(std::to_string(value)) {}
  std::string text;
};
struct Field {
  std::string_view key;
  Value value;
};
using Fields = std::initializer_list<Field>;

// To stderr. Before the first call: Info, Text.
void configure(Level minimum, Format format);

void debug(std::string_view id, std::string_view message, Fields fields = {});
void info(std::string_view id, std::string_view message, Fields fields = {});
void warning(std::string_view id, std::string_view message, Fields fields = {});
void error(std::string_view id, std::string_view message, Fields fields = {});

}  // namespace holdfast::runtime::log
