#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "json/json_walk.hpp"
#include "report/report_fields.hpp"

// Reads reports straight from simdjson's on-demand parser, each value once and in the order of the document.
namespace holdfast::protocol {

inline constexpr std::size_t kMaxLeftOut = 20;

// Where in a report something is.
struct MemberPath {
  const MemberPath* parent = nullptr;
  std::string_view name = {};
  std::optional<std::size_t> index = {};

  std::string text() const;  // "system.disks[3].percent"; "The report" for the whole
};

// What is wrong with a document.
struct ReportFaults {
  // The first thing by which the whole is refused; what follows is not read.
  simdjson::error_code syntax = simdjson::SUCCESS;  // it is no JSON
  std::string sentence;                             // or it is not known whose it is
  // Members that are not what they should be, and are left out.
  std::vector<std::string> left_out;  // a sentence each, of the first kMaxLeftOut
  std::size_t left_out_count = 0;

  explicit operator bool() const { return syntax != simdjson::SUCCESS || !sentence.empty(); }
  void leave_out(const MemberPath& place, std::string_view what);
};

// Offered to `fields` once for each member of an object in the document; whatever has the member's name takes it.
class MemberReader {
 public:
  // `depth`: of the object itself; the whole document has 1.
  MemberReader(const MemberPath& object, int depth, ReportFaults& fault)
      : object_(object), depth_(depth), fault_(fault) {}

  // Goes to the next member, which must outlive the reading of it. False when its name is broken.
  bool begin(ondemand::field& field);
  // Walks over what nobody took. False when something was wrong with the member.
  bool finish();

  void text(std::string_view name, std::string& value) {
    if (takes(name)) read_text(path(name), json(), depth_, value);
  }
  void slug(std::string_view name, std::string& value) {
    if (takes(name)) read_slug(path(name), value);
  }
  void host(std::string_view name, std::string& value) {
    if (takes(name)) read_host(path(name), value);
  }
  void count(std::string_view name, std::optional<std::uint64_t>& value) {
    if (takes(name)) read_count(path(name), value);
  }
  // Many nodes say durations with a fraction, which is cut.
  void seconds(std::string_view name, std::optional<std::uint64_t>& value) {
    if (takes(name)) read_seconds(path(name), value);
  }
  void flag(std::string_view name, bool& value) {
    if (takes(name)) read_flag(path(name), value);
  }
  void number(std::string_view name, std::optional<double>& value, const Range& range) {
    if (takes(name)) value = read_number(path(name), json(), depth_, range);
  }
  void numbers(std::string_view name, std::optional<std::array<double, 3>>& values, const Range& range) {
    if (takes(name)) read_numbers(name, range, values);
  }
  void time(std::string_view name, std::optional<core::Time>& value) {
    if (takes(name)) read_time(path(name), value);
  }
  void health(std::string_view name, std::optional<core::Health>& value) {
    if (takes(name)) read_health(path(name), value);
  }
  void texts(std::string_view name, std::vector<std::string>& values, std::size_t limit) {
    if (!takes(name)) return;
    each(name, limit, [&](const MemberPath& place, ondemand::value& item) {
      if (!read_text(place, item, depth_ + 1, values.emplace_back())) values.pop_back();
    });
  }
  template <class Describe>
  void group(std::string_view name, Describe describe) {
    if (takes(name)) read_members(path(name), json(), depth_, describe);
  }
  template <class T>
  void object(std::string_view name, T& value) {
    if (takes(name)) read_fields(path(name), json(), depth_, value);
  }
  template <class T>
  void object(std::string_view name, std::optional<T>& value) {
    if (takes(name) && !read_fields(path(name), json(), depth_, value.emplace())) value.reset();
  }
  template <class T>
  void objects(std::string_view name, std::vector<T>& values, std::size_t limit) {
    if (!takes(name)) return;
    values.reserve(kUsualLength);
    each(name, limit, [&](const MemberPath& place, ondemand::value& item) {
      if (!read_fields(place, item, depth_ + 1, values.emplace_back())) values.pop_back();
    });
  }

  // Reads a whole object, member by member.
  template <class Describe>
  static void read_all(ondemand::object object, MemberReader reader, Describe describe) {
    for (auto next : object) {
      if ((reader.fault_.syntax = next.error())) return;
      ondemand::field&& field = std::move(next).value_unsafe();
      if (!reader.begin(field)) return;
      describe(reader);
      if (!reader.finish()) return;
    }
  }

 private:
  // Whether the member that is being read has this name and a value. Members are told apart by the order in which
  // `fields` offers itself, so that one that is there twice is noticed.
  bool takes(std::string_view name) {
    const std::uint32_t bit = 1U << offered_++;
    return !taken_ && key_ == name && claim(name, bit);
  }
  bool claim(std::string_view name, std::uint32_t bit);
  ondemand::value& json() { return field_->value(); }
  MemberPath path(std::string_view name) const { return {&object_, name, {}}; }

  // `depth`: of what the value is in.
  bool read_text(const MemberPath& place, ondemand::value& value, int depth, std::string& text);
  std::optional<double> read_number(const MemberPath& place, ondemand::value& value, int depth, const Range& range);
  void read_numbers(std::string_view name, const Range& range, std::optional<std::array<double, 3>>& numbers);
  void read_slug(const MemberPath& place, std::string& slug);
  void read_host(const MemberPath& place, std::string& host);
  void read_count(const MemberPath& place, std::optional<std::uint64_t>& count);
  void read_seconds(const MemberPath& place, std::optional<std::uint64_t>& count);
  void read_flag(const MemberPath& place, bool& flag);
  void read_time(const MemberPath& place, std::optional<core::Time>& time);
  void read_health(const MemberPath& place, std::optional<core::Health>& health);

  // False when it is no object.
  template <class Describe>
  bool read_members(const MemberPath& place, ondemand::value& value, int depth, Describe describe) {
    ondemand::object members;
    if (value.get_object().get(members)) {
      leave_out(place, value, depth, "must be an object");
      return false;
    }
    read_all(members, MemberReader(place, depth + 1, fault_), describe);
    return true;
  }
  template <class T>
  bool read_fields(const MemberPath& place, ondemand::value& value, int depth, T& into) {
    return read_members(place, value, depth, [&into](MemberReader& io) { fields(io, into); });
  }
  template <class Read>
  void each(std::string_view name, std::size_t limit, Read read) {
    ondemand::array list;
    if (json().get_array().get(list)) return leave_out(path(name), json(), depth_, "must be a list");
    std::size_t index = 0;
    for (auto next : list) {
      if ((fault_.syntax = next.error())) return;
      ondemand::value&& item = std::move(next).value_unsafe();
      if (index == limit) note_too_many(path(name), limit);
      if (index < limit)
        read(MemberPath{&object_, name, index}, item);
      else
        fault_.syntax = walk(std::move(item), depth_ + 1);
      if (fault_) return;
      ++index;
    }
  }

  // A text, unless it is none.
  std::optional<std::string_view> text_of(const MemberPath& place, ondemand::value& value, int depth);
  // Reads over a value that is not what it should be.
  void leave_out(const MemberPath& place, ondemand::value& value, int depth, std::string_view what);
  void note_too_many(const MemberPath& place, std::size_t limit);
  void refuse(const MemberPath& place, std::string_view what);

  static constexpr std::size_t kUsualLength = 8;  // of a list

  const MemberPath& object_;
  const int depth_;
  ReportFaults& fault_;
  std::uint32_t seen_ = 0;  // one bit for each member that was taken before

  // of the member that is being read
  std::string_view key_;
  ondemand::field* field_ = nullptr;
  unsigned offered_ = 0;
  bool taken_ = false;
};

}  // namespace holdfast::protocol
