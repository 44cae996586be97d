#include "runtime/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <memory>

#include "log_format.hpp"

namespace holdfast::runtime::log {
namespace {

std::atomic<Level> minimum_level = Level::Info;
std::atomic<Format> line_format = Format::Text;

// Never destroyed: threads may log until the process has ended.
spdlog::logger& logger() {
  static spdlog::logger& instance = *[] {
    auto made = std::make_unique<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");  // lines come ready made
    made->set_level(spdlog::level::trace);
    return made.release();
  }();
  return instance;
}

void write(Level level, std::string_view id, std::string_view message, Fields fields) {
  if (level < minimum_level) return;
  const Event event{SystemClock().now(), level, id, message, {fields.begin(), fields.size()}};
  logger().info(line_format == Format::Json ? format_json(event) : format_text(event));
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
