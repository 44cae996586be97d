#include "runtime/log/log.hpp"

#include <unistd.h>

#include <atomic>
#include <string>

#include "log/log_format.hpp"

namespace holdfast::runtime::log {
namespace {

std::atomic<Level> minimum_level = Level::Info;
std::atomic<Format> line_format = Format::Text;

// One call for each line, so that lines of several threads do not mix. Nothing can be done when it fails: there is no
// other place to say so.
void print(const std::string& line) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

void write(Level level, std::string_view id, std::string_view message, Fields fields) {
  if (level < minimum_level) return;
  const Event event{SystemClock().now(), level, id, message, {fields.begin(), fields.size()}};
  print((line_format == Format::Json ? format_json(event) : format_text(event)) + '\n');
}

}  // namespace

void configure(Level minimum, Format format) {
  minimum_level = minimum;
  line_format = format;
}

void debug(std::string_view id, std::string_view message, Fields fields) {
  write(Level::Debug, id, message, fields);
}

void info(std::string_view id, std::string_view message, Fields fields) {
  write(Level::Info, id, message, fields);
}

void warning(std::string_view id, std::string_view message, Fields fields) {
  write(Level::Warning, id, message, fields);
}

void error(std::string_view id, std::string_view message, Fields fields) {
  write(Level::Error, id, message, fields);
}

}  // namespace holdfast::runtime::log
