#pragma once

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/ids.hpp"
#include "core/jobs/job.hpp"
#include "core/time.hpp"
#include "text/time.hpp"
#include "text/ulid.hpp"
#include "text/utf8.hpp"

// The two directions of the wire behind one set of member functions, so that each message is described once
// (fields.hpp). What Reader would refuse for its size, Writer cuts: a message that the other side must refuse would be
// sent for ever.
namespace holdfast::protocol {

namespace json = boost::json;

// Everything countable fits a signed 64-bit column.
inline constexpr std::uint64_t kMaxInteger = std::numeric_limits<std::int64_t>::max();
inline constexpr double kMaxReal = 1e12;

// Fills one JSON object.
class Writer {
 public:
  explicit Writer(json::object& object, int version) : object_(object), version_(version) {}

  void text(std::string_view name, const std::string& value, std::size_t limit) { object_[name] = cut(value, limit); }
  void shown(std::string_view name, const std::string& value, std::size_t limit) { text(name, value, limit); }
  void integer(std::string_view name, std::uint64_t value) { object_[name] = std::min(value, kMaxInteger); }
  void integer(std::string_view name, int value) { object_[name] = value; }
  void integer(std::string_view name, const std::optional<int>& value) {
    if (value) object_[name] = *value;
  }
  void real(std::string_view name, double value) {
    object_[name] = std::isfinite(value) ? std::clamp(value, 0.0, kMaxReal) : 0.0;
  }
  void flag(std::string_view name, bool value) { object_[name] = value; }
  void optional_flag(std::string_view name, bool value) { object_[name] = value; }
  void time(std::string_view name, core::Time value) { object_[name] = text::format_time(value); }
  void duration(std::string_view name, const std::optional<core::seconds>& value) {
    if (value) object_[name] = std::max<std::int64_t>(value->count(), 0);
  }
  void seconds(std::string_view name, core::seconds value) { object_[name] = std::max<std::int64_t>(value.count(), 0); }
  // Members that older programs do not know.
  template <class Write>
  void since_version(int version, Write write) {
    if (version_ >= version) write(*this);
  }
  template <class Tag>
  void id(std::string_view name, const core::Id<Tag>& value) {
    object_[name] = value.text();
  }
  template <class Tag>
  void optional_id(std::string_view name, const core::Id<Tag>& value) {
    if (!value.empty()) id(name, value);
  }
  template <class T, class Parse>
  void choice(std::string_view name, const T& value, Parse) {
    object_[name] = to_text(value);
  }
  void texts(std::string_view name, const std::vector<std::string>& values, std::size_t count, std::size_t limit) {
    json::array& array = object_[name].emplace_array();
    for (std::size_t i = 0; i < std::min(values.size(), count); ++i) array.emplace_back(cut(values[i], limit));
  }
  void shown_texts(std::string_view name, const std::vector<std::string>& values, std::size_t count,
                   std::size_t limit) {
    texts(name, values, count, limit);
  }
  // Left out when it is empty: older programs do not know it.
  void optional_map(std::string_view name, const std::map<std::string, std::string>& values, std::size_t,
                    std::size_t limit) {
    if (values.empty()) return;
    json::object& object = object_[name].emplace_object();
    for (const auto& [key, value] : values) object[key] = cut(value, limit);
  }
  template <class Tag>
  void ids(std::string_view name, const std::vector<core::Id<Tag>>& values, std::size_t count) {
    json::array& array = object_[name].emplace_array();
    for (std::size_t i = 0; i < std::min(values.size(), count); ++i) array.emplace_back(values[i].text());
  }
  template <class T>
  void object(std::string_view name, const T& value) {
    Writer writer(object_[name].emplace_object(), version_);
    fields(writer, value);
  }
  template <class T>
  void object(std::string_view name, const std::optional<T>& value) {
    if (value) object(name, *value);
  }
  template <class T>
  void objects(std::string_view name, const std::vector<T>& values, std::size_t count) {
    json::array& array = object_[name].emplace_array();
    for (std::size_t i = 0; i < std::min(values.size(), count); ++i) {
      Writer writer(array.emplace_back(json::object(array.storage())).as_object(), version_);
      fields(writer, values[i]);
    }
  }
  void version(std::string_view name, int value) { object_[name] = value; }
  // The operation's name, and what it alone has.
  template <class... Alternatives>
  void operation(std::string_view name, const std::variant<Alternatives...>& value) {
    object_[name] = to_text(core::operation_of(value));
    outcome(value);
  }
  // In an object of the operation's name; version 1 knew but one operation, and had its members among the others.
  template <class... Alternatives>
  void outcome(const std::variant<Alternatives...>& value) {
    std::visit(
        [&](const auto& alternative) {
          if (version_ > 1)
            object(to_text(core::operation_of(value)), alternative);
          else
            fields(*this, alternative);
        },
        value);
  }
  template <class Check>
  void check(Check) {}

 private:
  static json::string cut(const std::string& value, std::size_t limit) {
    if (text::is_valid_utf8(value)) return json::string(text::truncate_utf8(value, limit));
    return json::string(text::truncate_utf8(text::to_valid_utf8(value), limit));
  }

  json::object& object_;
  int version_;
};

// Where in a message a Reader is, for the error's sentence.
struct Place {
  const Place* parent = nullptr;
  std::string_view name;
  std::optional<std::size_t> index;

  std::string text() const;
};

// Takes members out of one JSON object. The first thing that is wrong becomes `error`; after it nothing is read.
class Reader {
 public:
  Reader(const json::value& value, const Place& place, std::string& error);

  void text(std::string_view name, std::string& value, std::size_t limit);
  // One that people read: what is hidden in it is written out.
  void shown(std::string_view name, std::string& value, std::size_t limit);
  void integer(std::string_view name, std::uint64_t& value);
  void integer(std::string_view name, int& value);
  void integer(std::string_view name, std::optional<int>& value) {
    if (present(name)) integer(name, value.emplace());
  }
  void real(std::string_view name, double& value);
  void flag(std::string_view name, bool& value);
  // False when it is absent: a member that older programs do not send.
  void optional_flag(std::string_view name, bool& value) {
    value = false;
    if (present(name)) flag(name, value);
  }
  void time(std::string_view name, core::Time& value);
  void duration(std::string_view name, std::optional<core::seconds>& value);
  void seconds(std::string_view name, core::seconds& value);
  // Each where it is there.
  template <class Read>
  void since_version(int, Read read) {
    Optional newer{*this};
    read(newer);
  }
  void texts(std::string_view name, std::vector<std::string>& values, std::size_t count, std::size_t limit);
  void shown_texts(std::string_view name, std::vector<std::string>& values, std::size_t count, std::size_t limit);

  void optional_map(std::string_view name, std::map<std::string, std::string>& values, std::size_t count,
                    std::size_t limit);

  template <class Tag>
  void id(std::string_view name, core::Id<Tag>& value) {
    if (const json::value* member = find(name)) read_id(*member, Place{&place_, name, {}}, value);
  }
  // Empty when it is absent: a member that older programs do not send.
  template <class Tag>
  void optional_id(std::string_view name, core::Id<Tag>& value) {
    if (present(name)) id(name, value);
  }
  template <class Tag>
  void ids(std::string_view name, std::vector<core::Id<Tag>>& values, std::size_t count) {
    each(name, count,
         [&](const json::value& item, const Place& place) { read_id(item, place, values.emplace_back()); });
  }
  template <class T, class Parse>
  void choice(std::string_view name, T& value, Parse parse) {
    std::string text_value;
    text(name, text_value, 64);
    if (!good()) return;
    const std::optional<T> parsed = parse(text_value);
    if (!parsed) return fail(Place{&place_, name, {}}, "unknown value");
    value = *parsed;
  }
  template <class T>
  void object(std::string_view name, T& value) {
    if (const json::value* member = find(name)) read_object(*member, Place{&place_, name, {}}, value);
  }
  template <class T>
  void object(std::string_view name, std::optional<T>& value) {
    if (present(name)) object(name, value.emplace());
  }
  template <class T>
  void objects(std::string_view name, std::vector<T>& values, std::size_t count) {
    each(name, count,
         [&](const json::value& item, const Place& place) { read_object(item, place, values.emplace_back()); });
  }
  // 1 when it is absent.
  void version(std::string_view name, int& value) {
    value = 1;
    if (present(name)) integer(name, value);
  }
  template <class... Alternatives>
  void operation(std::string_view name, std::variant<Alternatives...>& value) {
    core::Operation operation{};
    choice(name, operation, core::parse_operation);
    if (good()) read_alternative(operation, value, std::index_sequence_for<Alternatives...>());
  }
  template <class... Alternatives>
  void outcome(std::variant<Alternatives...>& value) {
    auto operation = core::Operation::Backup;  // of version 1
    for (std::size_t index = 0; index < sizeof...(Alternatives); ++index)
      if (present(to_text(static_cast<core::Operation>(index)))) operation = static_cast<core::Operation>(index);
    if (good()) read_alternative(operation, value, std::index_sequence_for<Alternatives...>());
  }
  // What no single member can tell: `find_fault()` gives a sentence, or an empty string.
  template <class Check>
  void check(Check find_fault) {
    if (!good()) return;
    if (const std::string fault = find_fault(); !fault.empty()) fail(place_, fault);
  }

 private:
  // Members that stay as they are where they are absent.
  struct Optional {
    void integer(std::string_view name, auto& value) {
      if (reader.present(name)) reader.integer(name, value);
    }
    void objects(std::string_view name, auto& values, std::size_t count) {
      if (reader.present(name)) reader.objects(name, values, count);
    }
    Reader& reader;
  };

  bool good() const { return error_.empty(); }
  void fail(const Place& place, std::string_view what);
  // Null, with an error, when there is no such member.
  const json::value* find(std::string_view name);
  // Whether an optional member is there.
  bool present(std::string_view name) const;
  void read_text(const json::value& value, const Place& place, std::string& text, std::size_t limit);

  template <class Tag>
  void read_id(const json::value& value, const Place& place, core::Id<Tag>& id) {
    std::string ulid;
    read_text(value, place, ulid, 26);
    if (!good()) return;
    if (!text::is_ulid(ulid)) return fail(place, "not a ULID");
    id = core::Id<Tag>(std::move(ulid));
  }
  template <class Variant, std::size_t... kIndex>
  void read_alternative(core::Operation operation, Variant& value, std::index_sequence<kIndex...>) {
    const auto read = [&](auto& alternative) {
      const auto name = to_text(operation);
      if (present(name))
        object(name, alternative);
      else
        fields(*this, alternative);  // of version 1
    };
    (void)((kIndex == static_cast<std::size_t>(operation) && (read(value.template emplace<kIndex>()), true)) || ...);
  }
  template <class T>
  void read_object(const json::value& value, const Place& place, T& object) {
    Reader reader(value, place, error_);
    if (good()) fields(reader, object);
  }
  template <class Read>
  void each(std::string_view name, std::size_t count, Read read) {
    const json::value* member = find(name);
    if (!member) return;
    if (!member->is_array()) return fail(Place{&place_, name, {}}, "must be a list");
    const json::array& array = member->get_array();
    if (array.size() > count) return fail(Place{&place_, name, {}}, "has too many items");
    for (std::size_t i = 0; i < array.size() && good(); ++i) read(array[i], Place{&place_, name, i});
  }

  const json::object* object_ = nullptr;
  const Place& place_;
  std::string& error_;
};

}  // namespace holdfast::protocol
