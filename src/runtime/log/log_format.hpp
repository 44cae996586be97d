#pragma once

#include <span>
#include <string>
#include <string_view>

#include "runtime/async/clock.hpp"
#include "runtime/log/log.hpp"

// How one event of the log becomes one line.
namespace holdfast::runtime::log {

struct Event {
  WallTime time;
  Level level;
  std::string_view id;
  std::string_view message;
  std::span<const Field> fields;
};

// 2026-11-22T06:21:00.000Z info  agent.connected Agent connected host=web1 reason="no answer"
std::string format_text(const Event& event);
// {"time":"2026-11-22T06:21:00.000Z","level":"info","id":"agent.connected","message":"Agent connected","host":"web1"}
std::string format_json(const Event& event);

}  // namespace holdfast::runtime::log
