#include "status/findings_json.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

#include "text/time.hpp"

// Each finding has a name and a list of its members here, which writing and reading share.
namespace holdfast::store {
namespace {

namespace json = boost::json;
namespace finding = core::finding;

template <class F>
struct Named;
template <>
struct Named<finding::Paused> {
  static constexpr std::string_view kName = "paused";
  static void members(auto&, auto&) {}
};
template <>
struct Named<finding::Waiting> {
  static constexpr std::string_view kName = "waiting";
  static void members(auto& io, auto& f) { io("for_agent", f.for_agent); }
};
template <>
struct Named<finding::Silence> {
  static constexpr std::string_view kName = "silence";
  static void members(auto& io, auto& f) {
    io("missing", f.missing);
    io("since", f.since);
    io("refused", f.refused);
  }
};
template <>
struct Named<finding::NeverReported> {
  static constexpr std::string_view kName = "never_reported";
  static void members(auto&, auto&) {}
};
template <>
struct Named<finding::PingFailed> {
  static constexpr std::string_view kName = "ping_failed";
  static void members(auto& io, auto& f) { io("detail", f.detail); }
};
template <>
struct Named<finding::NoToken> {
  static constexpr std::string_view kName = "no_token";
  static void members(auto&, auto&) {}
};
template <>
struct Named<finding::Twins> {
  static constexpr std::string_view kName = "twins";
  static void members(auto& io, auto& f) { io("from", f.from); }
};
template <>
struct Named<finding::Unprotected> {
  static constexpr std::string_view kName = "unprotected";
  static void members(auto& io, auto& f) { io("why", f.why); }
};
template <>
struct Named<finding::NoRepository> {
  static constexpr std::string_view kName = "no_repository";
  static void members(auto&, auto&) {}
};
template <>
struct Named<finding::NeverBackedUp> {
  static constexpr std::string_view kName = "never_backed_up";
  static void members(auto& io, auto& f) { io("groups", f.groups); }
};
template <>
struct Named<finding::ClockBehind> {
  static constexpr std::string_view kName = "clock_behind";
  static void members(auto& io, auto& f) { io("by_ms", f.by); }
};
template <>
struct Named<finding::HostReports> {
  static constexpr std::string_view kName = "host_reports";
  static void members(auto& io, auto& f) {
    io("failure", f.failure);
    io("issue", f.issue);
    io("more", f.more);
  }
};
template <>
struct Named<finding::BackupTooOld> {
  static constexpr std::string_view kName = "backup_too_old";
  static void members(auto& io, auto& f) {
    io("groups", f.groups);
    io("limit_s", f.limit);
    io("twice", f.twice);
  }
};
template <>
struct Named<finding::UnknownBackupWord> {
  static constexpr std::string_view kName = "unknown_backup_word";
  static void members(auto& io, auto& f) { io("word", f.word); }
};
template <>
struct Named<finding::FailedBackups> {
  static constexpr std::string_view kName = "failed_backups";
  static void members(auto& io, auto& f) {
    io("groups", f.groups);
    io("count", f.count);
    io("in_a_row", f.in_a_row);
  }
};
template <>
struct Named<finding::SuspiciousBackup> {
  static constexpr std::string_view kName = "suspicious_backup";
  static void members(auto& io, auto& f) {
    io("groups", f.groups);
    io("verdict", f.verdict);
    io("files", f.files);
    io("good_files", f.good_files);
  }
};
template <>
struct Named<finding::IncompleteBackup> {
  static constexpr std::string_view kName = "incomplete_backup";
  static void members(auto& io, auto& f) { io("groups", f.groups); }
};
template <>
struct Named<finding::DiskFull> {
  static constexpr std::string_view kName = "disk_full";
  static void members(auto& io, auto& f) {
    io("mount", f.mount);
    io("percent", f.percent);
  }
};
template <>
struct Named<finding::DiskFills> {
  static constexpr std::string_view kName = "disk_fills";
  static void members(auto& io, auto& f) {
    io("mount", f.mount);
    io("day", f.day);
  }
};
template <>
struct Named<finding::TroubledContainers> {
  static constexpr std::string_view kName = "troubled_containers";
  static void members(auto& io, auto& f) {
    io("count", f.count);
    io("names", f.names);
  }
};

template <class E>
constexpr std::array<std::string_view, 0> kWords{};
template <>
constexpr std::array<std::string_view, 3> kWords<finding::Silence::Missing>{"report", "ping", "agent"};
template <>
constexpr std::array<std::string_view, 6> kWords<finding::Unprotected::Why>{
    "no_good_backup_reported", "no_report_of_backups", "no_source_group",
    "nothing_set_up",          "no_backup_yet",        "no_repository"};

json::string_view view(std::string_view text) {
  return {text.data(), text.size()};
}

class Writing {
 public:
  explicit Writing(json::object& object) : object_(object) {}
  void operator()(std::string_view name, const std::string& text) { object_.emplace(view(name), view(text)); }
  void operator()(std::string_view name, std::integral auto number) { object_.emplace(view(name), number); }
  void operator()(std::string_view name, core::Time time) { (*this)(name, time.time_since_epoch().count()); }
  template <class Rep, class Period>
  void operator()(std::string_view name, std::chrono::duration<Rep, Period> time) {
    (*this)(name, std::int64_t{time.count()});
  }
  void operator()(std::string_view name, core::BackupVerdict verdict) {
    object_.emplace(view(name), view(core::to_text(verdict)));
  }
  template <class E>
    requires std::is_enum_v<E>
  void operator()(std::string_view name, E value) {
    object_.emplace(view(name), view(kWords<E>.at(static_cast<std::size_t>(value))));
  }
  void operator()(std::string_view name, const finding::Groups& groups) {
    if (groups.first.empty()) return;
    json::object inner;
    Writing io(inner);
    io("first", groups.first);
    io("others", groups.others);
    object_.emplace(view(name), std::move(inner));
  }

 private:
  json::object& object_;
};

// What is missing or of another kind keeps its default, but for words: without theirs a finding says nothing.
class Reading {
 public:
  explicit Reading(const json::object& object) : object_(object) {}
  bool failed() const { return failed_; }

  void operator()(std::string_view name, std::string& text) {
    const auto* member = find(name);
    if (const auto* found = member ? member->if_string() : nullptr) text.assign(found->data(), found->size());
  }
  void operator()(std::string_view name, bool& flag) {
    const auto* member = find(name);
    if (const auto* found = member ? member->if_bool() : nullptr) flag = *found;
  }
  template <std::integral T>
  void operator()(std::string_view name, T& number) {
    const auto* member = find(name);
    json::error_code error;
    const T found = member ? member->to_number<T>(error) : number;
    if (!error) number = found;
  }
  void operator()(std::string_view name, core::Time& time) {
    std::int64_t count = 0;
    (*this)(name, count);
    time = text::into_range(core::Time(core::milliseconds(count)));
  }
  template <class Rep, class Period>
  void operator()(std::string_view name, std::chrono::duration<Rep, Period>& time) {
    Rep count = 0;
    (*this)(name, count);
    time = std::chrono::duration<Rep, Period>(count);
  }
  void operator()(std::string_view name, core::BackupVerdict& verdict) {
    std::string word;
    (*this)(name, word);
    const auto found = core::parse_backup_verdict(word);
    failed_ |= !found;
    verdict = found.value_or(verdict);
  }
  template <class E>
    requires std::is_enum_v<E>
  void operator()(std::string_view name, E& value) {
    std::string word;
    (*this)(name, word);
    const auto found = std::ranges::find(kWords<E>, word);
    failed_ |= found == kWords<E>.end();
    if (!failed_) value = static_cast<E>(found - kWords<E>.begin());
  }
  void operator()(std::string_view name, finding::Groups& groups) {
    const auto* member = find(name);
    const auto* inner = member ? member->if_object() : nullptr;
    if (!inner) return;
    Reading io(*inner);
    io("first", groups.first);
    io("others", groups.others);
  }

 private:
  const json::value* find(std::string_view name) const { return object_.if_contains(view(name)); }

  const json::object& object_;
  bool failed_ = false;
};

constexpr std::string_view kWhat = "what";

json::object write(const core::Finding& finding) {
  json::object object;
  const auto write_one = [&]<class F>(const F& one) {
    object.emplace(view(kWhat), view(Named<F>::kName));
    Writing io(object);
    Named<F>::members(io, one);
  };
  std::visit(write_one, finding);
  return object;
}

// Tries one alternative after the other.
template <std::size_t... kIndex>
std::optional<core::Finding> read(const json::object& object, std::string_view what, std::index_sequence<kIndex...>) {
  std::optional<core::Finding> found;
  const auto try_one = [&]<class F>(F one) {
    if (Named<F>::kName != what) return false;
    Reading io(object);
    Named<F>::members(io, one);
    if (!io.failed()) found = std::move(one);
    return true;
  };
  (void)(try_one(std::variant_alternative_t<kIndex, core::Finding>()) || ...);
  return found;
}

}  // namespace

std::string to_json(const std::vector<core::Finding>& findings) {
  if (findings.empty()) return {};
  json::array array;
  for (const auto& finding : findings) array.emplace_back(write(finding));
  const std::string text = json::serialize(array);
  return text;
}

std::vector<core::Finding> findings_from_json(std::string_view text) {
  std::vector<core::Finding> findings;
  if (text.empty()) return findings;
  json::error_code error;
  const json::value document = json::parse(view(text), error);
  const json::array* array = error ? nullptr : document.if_array();
  if (!array) return findings;
  for (const auto& item : *array) {
    const json::object* object = item.if_object();
    const json::value* what = object ? object->if_contains(view(kWhat)) : nullptr;
    const json::string* name = what ? what->if_string() : nullptr;
    if (!name) continue;
    auto found = read(*object, std::string_view(name->data(), name->size()),
                      std::make_index_sequence<std::variant_size_v<core::Finding>>());
    if (found) findings.push_back(*std::move(found));
  }
  return findings;
}

}  // namespace holdfast::store
