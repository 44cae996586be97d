#include "kit/render/events.hpp"

#include <fmt/format.h>

namespace holdfast::web {

// A line feed would end the line of the stream, so each line of the HTML is a data line of its own. There is no
// carriage return in it: write_text() has made a character reference of each.
std::string fragment_event(std::string_view html, std::optional<std::uint64_t> id) {
  std::string event = id ? fmt::format("id: {}\n", *id) : "";
  while (true) {
    const std::size_t end = html.find('\n');
    event.append("data: ").append(html.substr(0, end)).append("\n");
    if (end == std::string_view::npos) return event.append("\n");
    html.remove_prefix(end + 1);
  }
}

std::string heartbeat_event() {
  return "event: heartbeat\ndata:\n\n";
}

std::string bye_event() {
  return "event: bye\ndata:\n\n";
}

}  // namespace holdfast::web
