#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "core/ids.hpp"
#include "runtime/async/task.hpp"

namespace holdfast::agent {

// Reports that the hub does not have: one file each below `folder`, named by its place in the order in which they were
// made and by its id. Only so many are kept: of the older ones every other, again and again, so that what is left
// reaches back to the first that the hub missed. Lives on the loop's thread.
class ReportLedger {
 public:
  static constexpr std::size_t kMost = 200;

  // Reads what is there. Where it cannot be read, reports are kept in memory only.
  ReportLedger(runtime::Loop& loop, std::filesystem::path folder, std::size_t most = kMost);

  // The report survives power loss on return. On a disk that takes nothing it is kept in memory in place of the last
  // one that was: that the disk is full is just what the hub should hear.
  void add(const core::ReportId& id, std::string document);
  // Forgets a report; nothing happens when it is not there.
  void acknowledge(const core::ReportId& id);

  struct Report {
    std::uint64_t place = 0;  // in their order, from 1 on
    core::ReportId id;
    std::string document;
  };
  // The oldest one behind a place; nothing when there is none.
  std::optional<Report> next_after(std::uint64_t place);
  std::size_t size() const { return entries_.size(); }

  // Notified whenever a report was added or is gone.
  runtime::Signal& changed() { return changed_; }

 private:
  struct Entry {
    core::ReportId id;
    std::string unwritten;  // the document, when it is not on the disk
  };
  using Entries = std::map<std::uint64_t, Entry>;

  void load_folder();
  void load(const std::filesystem::path& path);
  std::filesystem::path path_of(std::uint64_t place, const core::ReportId& id) const;
  void keep_in_memory(std::uint64_t place, Entry entry);
  void thin_out();
  void remove(Entries::iterator entry);

  std::filesystem::path folder_;
  std::size_t most_;
  runtime::Signal changed_;
  Entries entries_;
  std::uint64_t last_place_ = 0;  // none is used twice: whoever sends goes by them
};

}  // namespace holdfast::agent
