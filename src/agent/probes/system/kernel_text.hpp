#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

// Taking apart what the kernel writes into /proc and /sys: lines of fields between blanks.
namespace holdfast::agent {

// Takes the first line off `text`, without its newline.
std::string_view take_line(std::string_view& text);
// Takes the first field off `line`; empty when there is none left.
std::string_view take_field(std::string_view& line);

// The whole text as a number; nothing for anything else, blanks included.
std::optional<std::uint64_t> parse_count(std::string_view text);
// The same for one that may have digits behind a point: "0.25".
std::optional<double> parse_decimal(std::string_view text);

// The content; empty when the file is not there or cannot be read, as with sensors that have nothing to say.
std::string read_or_empty(const std::filesystem::path& path);

// Rounded to a tenth; from 0 to 10^17.
double to_tenth(double value);

// `part` of `whole` in percent, to a tenth; nothing when there is no whole.
std::optional<double> percent_of(double part, double whole);

}  // namespace holdfast::agent
