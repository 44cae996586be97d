#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/error.hpp"

// One of the five fields of a cron expression.
namespace holdfast::core {

struct CronField {
  std::string_view name;
  int first;
  int last;
  std::span<const std::string_view> names;  // of the values from `first` on; empty: none
  bool wraps = false;                       // `first` may stand for the value after `last - 1` at the end of a range
};

// minute, hour, day, month, weekday; 7 is Sunday like 0.
extern const CronField kCronFields[5];

// Bit n is set when the value n is meant.
Result<std::uint64_t> read_cron_field(const CronField& field, std::string_view text);

// "hour: 25 is not from 0 to 23"
std::unexpected<Error> bad_cron(std::string_view what, std::string_view fault);

}  // namespace holdfast::core
