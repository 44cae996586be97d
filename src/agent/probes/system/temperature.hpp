#pragma once

#include <optional>
#include <string_view>

#include "probes/host_paths.hpp"

// How warm the processor is.
namespace holdfast::agent {

// Of a sensor's file, in millidegrees Celsius; nothing for what no processor that works can have: sensors that are not
// connected say -128, 0, 127 or 255 degrees.
std::optional<double> parse_temperature(std::string_view text);

// How far a sensor of this name tells of the processor: 0 not at all.
int processor_sensor_rank(std::string_view name);

// Of the hottest part of the processor, by the sensors that know it best; nothing where none does.
std::optional<double> read_temperature(const HostPaths& paths);

}  // namespace holdfast::agent
