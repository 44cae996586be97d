#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "report/report_fields.hpp"

// Writes the members of one object of a report; what is unknown is left out, and so is what MemberReader would refuse.
namespace holdfast::protocol {

class MemberWriter {
 public:
  explicit MemberWriter(std::string& out) : out_(out) {}

  void text(std::string_view name, const std::string& value);
  void slug(std::string_view name, const std::string& value) { text(name, value); }
  void host(std::string_view name, const std::string& value);
  void count(std::string_view name, const std::optional<std::uint64_t>& value);
  void seconds(std::string_view name, const std::optional<std::uint64_t>& value) { count(name, value); }
  void flag(std::string_view name, bool value);
  void number(std::string_view name, const std::optional<double>& value, const Range& range);
  void numbers(std::string_view name, const std::optional<std::array<double, 3>>& values, const Range& range);
  void time(std::string_view name, const std::optional<core::Time>& value);
  void health(std::string_view name, const std::optional<core::Health>& value);
  void texts(std::string_view name, const std::vector<std::string>& values, std::size_t limit);

  // Left out when nothing in it is known.
  template <class Describe>
  void group(std::string_view name, Describe describe) {
    const std::size_t start = out_.size();
    const bool first = first_;
    begin(name);
    if (write_object(out_, describe)) return;
    out_.resize(start);
    first_ = first;
  }
  template <class T>
  void object(std::string_view name, const T& value) {
    group(name, [&value](MemberWriter& io) { fields(io, value); });
  }
  template <class T>
  void object(std::string_view name, const std::optional<T>& value) {
    if (!value) return;
    begin(name);
    write_fields(*value);
  }
  template <class T>
  void objects(std::string_view name, const std::vector<T>& values, std::size_t limit) {
    each(name, values, limit, [this](const T& value) { write_fields(value); });
  }

  // The braces and what is between them. False when that is nothing.
  template <class Describe>
  static bool write_object(std::string& out, Describe describe) {
    out += '{';
    MemberWriter writer(out);
    describe(writer);
    out += '}';
    return !writer.first_;
  }

 private:
  void begin(std::string_view name);

  template <class T>
  void write_fields(const T& value) {
    write_object(out_, [&value](MemberWriter& io) { fields(io, value); });
  }
  template <class T, class Write>
  void each(std::string_view name, const std::vector<T>& values, std::size_t limit, Write write) {
    if (values.empty()) return;
    begin(name);
    for (std::size_t i = 0; i < std::min(values.size(), limit); ++i) {
      out_ += i == 0 ? '[' : ',';
      write(values[i]);
    }
    out_ += ']';
  }

  std::string& out_;
  bool first_ = true;
};

}  // namespace holdfast::protocol
