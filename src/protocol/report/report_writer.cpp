#include "report/report_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "text/ascii.hpp"
#include "text/time.hpp"
#include "text/utf8.hpp"

namespace holdfast::protocol {
namespace {

constexpr std::uint64_t kMaxCount = std::numeric_limits<std::int64_t>::max();

void append_character(std::string& out, char c) {
  if (c == '"' || c == '\\') {
    out += '\\';
    out += c;
  } else if (static_cast<unsigned char>(c) < 0x20) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
  } else {
    out += c;
  }
}

void append_text(std::string& out, const std::string& text) {
  const std::string valid = text::to_valid_utf8(text);
  out += '"';
  for (const char c : text::truncate_utf8(valid, kMaxReportText)) append_character(out, c);
  out += '"';
}

void append_number(std::string& out, double number, const Range& range) {
  fmt::format_to(std::back_inserter(out), "{}", std::clamp(number, range.low, range.high));
}

}  // namespace

void MemberWriter::begin(std::string_view name) {
  out_ += first_ ? "\"" : ",\"";
  out_ += name;
  out_ += "\":";
  first_ = false;
}

void MemberWriter::text(std::string_view name, const std::string& value) {
  if (value.empty()) return;
  begin(name);
  append_text(out_, value);
}

void MemberWriter::host(std::string_view name, const std::string& value) {
  const std::string host(text::trim(text::truncate_utf8(text::trim(text::to_valid_utf8(value)), kMaxHostName)));
  if (is_host_name(host)) text(name, host);
}

void MemberWriter::count(std::string_view name, const std::optional<std::uint64_t>& value) {
  if (!value) return;
  begin(name);
  fmt::format_to(std::back_inserter(out_), "{}", std::min(*value, kMaxCount));
}

void MemberWriter::flag(std::string_view name, bool value) {
  if (!value) return;
  begin(name);
  out_ += "true";
}

void MemberWriter::number(std::string_view name, const std::optional<double>& value, const Range& range) {
  if (!value || !std::isfinite(*value)) return;
  begin(name);
  append_number(out_, *value, range);
}

void MemberWriter::numbers(std::string_view name, const std::optional<std::array<double, 3>>& values,
                           const Range& range) {
  if (!values || !std::ranges::all_of(*values, [](double value) { return std::isfinite(value); })) return;
  begin(name);
  for (const double& value : *values) {
    out_ += &value == values->data() ? '[' : ',';
    append_number(out_, value, range);
  }
  out_ += ']';
}

void MemberWriter::time(std::string_view name, const std::optional<core::Time>& value) {
  if (value && is_report_time(*value)) text(name, text::format_time(*value));
}

void MemberWriter::health(std::string_view name, const std::optional<core::Health>& value) {
  if (value) text(name, std::string(core::to_text(*value)));
}

void MemberWriter::texts(std::string_view name, const std::vector<std::string>& values, std::size_t limit) {
  each(name, values, limit, [this](const std::string& value) { append_text(out_, value); });
}

}  // namespace holdfast::protocol
