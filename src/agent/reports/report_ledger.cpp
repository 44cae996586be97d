#include "reports/report_ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include "protocol/agent/messages.hpp"
#include "runtime/files/files.hpp"
#include "runtime/log/log.hpp"
#include "set_aside.hpp"
#include "text/number.hpp"
#include "text/utf8.hpp"

// The folder may hold anything: what a crash left half written, files of others, damage. A report that the hub could
// not decode is dropped here, since the hub would end every connection over it. Of too many every other one of the
// older goes, and never a whole stretch of time.
namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
namespace log = runtime::log;

constexpr std::uint64_t kLastPlace = 1'000'000'000'000;  // no agent comes so far, and others must not bring it there

struct Name {
  std::uint64_t place = 0;
  core::ReportId id;
};

// Of a file: "00000007-01J….json". Nothing when it is none of ours.
std::optional<Name> parse_name(std::string_view text) {
  constexpr std::string_view kEnding = ".json";
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || !text.ends_with(kEnding)) return std::nullopt;
  Name name;
  const auto place = text::parse_number<std::uint64_t>(text.substr(0, dash));
  auto id = core::ReportId::parse(text.substr(dash + 1, text.size() - kEnding.size() - dash - 1));
  if (!place || !id || *place > kLastPlace) return std::nullopt;
  name.place = *place;
  name.id = std::move(*id);
  return name;
}

// A hub ends the connection over a message that it cannot decode, and would get the same one after the next welcome.
bool can_be_sent(const std::string& document) {
  return !document.empty() && document.size() <= protocol::kMaxReportBytes && text::is_valid_utf8(document);
}

std::optional<std::string> read_document(const fs::path& path) {
  try {
    auto document = runtime::read_file(path);
    if (!document || can_be_sent(*document)) return document;
    log::warning("report.damaged", "A report that waits is damaged and is dropped", {{"file", path.string()}});
    std::error_code ignored;
    fs::remove(path, ignored);
  } catch (const std::system_error& error) {
    log::warning("report.unreadable", "A report that waits cannot be read", {{"error", error.what()}});
  }
  return std::nullopt;
}

}  // namespace

ReportLedger::ReportLedger(runtime::Loop& loop, fs::path folder, std::size_t most)
    : folder_(std::move(folder)), most_(most), changed_(loop) {
  try {
    load_folder();
  } catch (const std::system_error& error) {
    log::error("report.no_folder", "The reports that wait cannot be read", {{"reason", error.what()}});
  }
  if (!entries_.empty()) last_place_ = entries_.rbegin()->first;
}

void ReportLedger::load_folder() {
  set_aside_unless_folder(folder_);
  runtime::make_private_directory(folder_);
  std::vector<fs::path> files(fs::directory_iterator(folder_), {});
  for (const fs::path& file : files) load(file);
}

void ReportLedger::load(const fs::path& file) {
  const std::string name = file.filename().string();
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return;
  if (auto parsed = parse_name(name))
    entries_.insert_or_assign(parsed->place, Entry{std::move(parsed->id), {}});
  else if (name.starts_with('.'))
    fs::remove(file, ignored);  // a crash left it half written
}

fs::path ReportLedger::path_of(std::uint64_t place, const core::ReportId& id) const {
  return folder_ / fmt::format("{:08}-{}.json", place, id.text());
}

void ReportLedger::add(const core::ReportId& id, std::string document) {
  const std::uint64_t place = ++last_place_;
  if (entries_.size() >= most_) thin_out();
  try {
    runtime::write_file_atomically(path_of(place, id), document);
    entries_.emplace(place, Entry{id, {}});
  } catch (const std::system_error& error) {
    log::warning("report.unwritten", "A report cannot be written and is kept in memory", {{"error", error.what()}});
    keep_in_memory(place, {id, std::move(document)});
  }
  changed_.notify_all();
}

void ReportLedger::keep_in_memory(std::uint64_t place, Entry entry) {
  std::erase_if(entries_, [](const auto& kept) { return !kept.second.unwritten.empty(); });
  entries_.emplace(place, std::move(entry));
}

void ReportLedger::acknowledge(const core::ReportId& id) {
  const auto entry = std::ranges::find_if(entries_, [&](const auto& kept) { return kept.second.id == id; });
  if (entry == entries_.end()) return;
  remove(entry);
  changed_.notify_all();
}

std::optional<ReportLedger::Report> ReportLedger::next_after(std::uint64_t place) {
  for (auto entry = entries_.upper_bound(place); entry != entries_.end();) {
    const auto& [found, kept] = *entry;
    if (!kept.unwritten.empty()) return Report{found, kept.id, kept.unwritten};
    if (auto document = read_document(path_of(found, kept.id))) {
      return Report{found, kept.id, std::move(*document)};
    }
    entry = entries_.erase(entry);  // gone, damaged, or on a part of the disk that is
  }
  return std::nullopt;
}

void ReportLedger::thin_out() {
  const std::size_t old = entries_.size() * 3 / 4;
  auto entry = entries_.begin();
  for (std::size_t i = 0; i < old; ++i) {
    const auto next = std::next(entry);
    if (i % 2 == 1) remove(entry);
    entry = next;
  }
  while (entries_.size() >= most_) remove(entries_.begin());
}

void ReportLedger::remove(Entries::iterator entry) {
  std::error_code failed;  // one that stays is sent again after a restart, and the hub knows it by its bytes
  fs::remove(path_of(entry->first, entry->second.id), failed);
  entries_.erase(entry);
}

}  // namespace holdfast::agent
