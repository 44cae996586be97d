#include "status/findings_json.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "json_members.hpp"

// Each finding has a name and a list of its members here, which writing and reading share.
namespace holdfast::store {

namespace json = boost::json;
namespace finding = core::finding;

template <>
struct Members<finding::Groups> {
  static void list(auto& io, auto& groups) {
    io("first", groups.first);
    io("others", groups.others);
  }
};

template <>
struct Words<core::BackupVerdict> {
  static std::string_view to(core::BackupVerdict verdict) { return core::to_text(verdict); }
  static std::optional<core::BackupVerdict> from(std::string_view word) { return core::parse_backup_verdict(word); }
};
// kList has them in the order of their values.
template <class E>
struct ListedWords {
  static std::string_view to(E value) { return Words<E>::kList.at(static_cast<std::size_t>(value)); }
  static std::optional<E> from(std::string_view word) {
    const auto found = std::ranges::find(Words<E>::kList, word);
    if (found == Words<E>::kList.end()) return std::nullopt;
    return static_cast<E>(found - Words<E>::kList.begin());
  }
};
template <>
struct Words<finding::Silence::Missing> : ListedWords<finding::Silence::Missing> {
  static constexpr std::array<std::string_view, 3> kList{"report", "ping", "agent"};
};
template <>
struct Words<finding::Unprotected::Why> : ListedWords<finding::Unprotected::Why> {
  static constexpr std::array<std::string_view, 6> kList{"no_good_backup_reported", "no_report_of_backups",
                                                         "no_source_group",         "nothing_set_up",
                                                         "no_backup_yet",           "no_repository"};
};

namespace {

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
