#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/ids.hpp"
#include "core/jobs/job.hpp"
#include "core/reports/report.hpp"
#include "core/reports/report_state.hpp"
#include "core/time.hpp"
#include "store/reports/roll_ups.hpp"
#include "store/sqlite/database.hpp"

// Reports: the documents as they came, compressed, and what the newest of each host says. What they add up to over time
// is in store/roll_ups.hpp.
namespace holdfast::store {

// A document as it lies in the database: by itself, with a dictionary, or as the difference to the base of its host.
struct PackedDocument {
  std::int64_t dictionary = 0;  // 0: none
  std::string bytes;
  std::int64_t base = 0;  // number of the base; 0: none
  core::HostId base_host;
  std::shared_ptr<const PackedDocument> base_document;  // filled in by Packer and by reading
};

// Trained on documents of the whole fleet, for those without a base. What was packed with one is read with that one for
// ever.
struct Dictionary {
  std::int64_t id = 0;
  std::string bytes;
};
std::vector<Dictionary> list_dictionaries(View& view);  // newest last
std::int64_t add_dictionary(Transaction& transaction, std::string_view bytes, core::Time at);

// A document of a host to which later ones are packed as the difference: a quarter of the bytes, as most of what a host
// reports is what it reported before. Bases are numbered for each host, and stay as long as reports need them.
struct ReportBase {
  core::HostId host;
  std::int64_t number = 0;
  core::Time made_at;
  PackedDocument document;  // has no base itself
};
std::vector<ReportBase> list_newest_bases(View& view);  // of each host the last one
std::optional<ReportBase> find_newest_base(View& view, const core::HostId& host);
std::vector<core::HostId> list_host_ids(View& view);
// False when the host has one of that number already; then nothing changes.
bool add_base(Transaction& transaction, const ReportBase& base);

inline constexpr std::size_t kLargestBase = 16 * 1024;  // bytes of the document

// Documents to train a dictionary on. Those above 32 KiB are passed over, and what comes when there are 8 MiB.
class TrainingSamples {
 public:
  void add(std::string_view document);
  std::size_t size() const { return sizes_.size() + held_back_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  friend class Packer;
  std::size_t bytes_ = 0;
  std::string learned_;  // one after the other
  std::vector<std::size_t> sizes_;
  std::vector<std::string> held_back_;  // every eighth: what a dictionary is tried on
};

// The base that was needed last, kept by who unpacks many reports of a host: they share it for a day.
struct UnpackedBase {
  std::string packed;
  std::string text;
};

// Packs with the newest dictionary or the newest base of the host, and unpacks. Safe from several threads.
class Packer {
 public:
  Packer();
  ~Packer();
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

  void add(const Dictionary& dictionary);
  // From here on pack() uses it: it must be durable already.
  void set_base(const ReportBase& base);
  // Who has one.
  std::vector<core::HostId> hosts_with_base() const;
  // Of a host that was removed.
  void forget_base(const core::HostId& host);

  PackedDocument pack(std::string_view document) const;
  // With the base of `host`, if there is one: then only a report of that host may have it as its document.
  PackedDocument pack(std::string_view document, const core::HostId& host) const;
  // Throws DatabaseError when the bytes are damaged or their dictionary is missing.
  std::string unpack(const PackedDocument& packed) const;
  std::string unpack(const PackedDocument& packed, UnpackedBase& last) const;

  // The next base of a host, made of its newest document: once a day, as documents drift away from an old base.
  // Nothing when it is not time yet, and of a document above kLargestBase: bases stay in memory.
  //
  //     auto base = packer.next_base(host, document, now);
  //     if (base && add_base(transaction, *base)) …  // and after the commit: packer.set_base(*base)
  std::optional<ReportBase> next_base(const core::HostId& host, std::string_view document, core::Time now) const;

  // Trains on samples, for about a second; nothing when they are too few or too different to be of use.
  static std::optional<std::string> train(const TrainingSamples& samples);

 private:
  struct Tools;
  std::unique_ptr<Tools> tools_;
};

// A host has at most one report of each moment. Where several name one, the later ones are put so far behind it at
// most.
inline constexpr core::milliseconds kMomentSpread{10'000};

// One report.
struct StoredReport {
  std::int64_t id = 0;  // given by the database, ascending in the order of arrival
  core::HostId host;
  core::Time at;  // when it was made: its timestamp, or else when it came; never after received_at
  core::Time received_at;
  bool clock_ahead = false;   // its timestamp was in the future
  bool clock_behind = false;  // its timestamp was put right by as much as its clock is behind
  PackedDocument document;
};
// False when the host has one of that moment; then nothing is stored. Marks its hour as open.
bool add_report(Transaction& transaction, const StoredReport& report);
// Where its moment is taken: the next one that is free; nothing when there is none within kMomentSpread.
std::optional<core::Time> find_free_moment(View& view, const StoredReport& report);
// Those of its host that most likely have the same document, by its checksum: of the last `last`, and of those made
// from `from` up to `to`.
std::vector<StoredReport> list_alike(View& view, const StoredReport& report, std::size_t last, core::Time from,
                                     core::Time to);
std::optional<StoredReport> find_report(View& view, std::int64_t id);
std::optional<StoredReport> find_report(View& view, const core::HostId& host, core::Time at);
// From `from` on and before `to`, oldest first.
std::vector<StoredReport> list_reports(View& view, const core::HostId& host, core::Time from, core::Time to,
                                       std::size_t limit);
// The ids of those, for who reads them one at a time: a document may be large.
std::vector<std::int64_t> list_report_ids(View& view, const core::HostId& host, core::Time from, core::Time to,
                                          std::size_t limit);
// The last `limit`, newest first.
std::vector<StoredReport> last_reports(View& view, const core::HostId& host, std::size_t limit);
std::vector<core::ReportMoment> last_moments(View& view, const core::HostId& host, std::size_t limit);
// Some of all hosts, spread over what there is, to train a dictionary on: one at a time, as they may be large.
void sample_reports(View& view, std::size_t limit, const std::function<void(const StoredReport&)>& take);
std::size_t count_reports(View& view);  // looks at all of them
// From the first to the last, those that were removed in between included; costs nothing.
std::size_t estimate_reports(View& view);

// False when the state is of a report of the same moment or later; then at most what is known of backups changes. A
// state from after `received_at`, by more than kMomentSpread, is of a time when the hub's clock was ahead: it gives
// way. With a state the host was alive at its moment, as note_alive() has it.
bool set_report_state(Transaction& transaction, const core::ReportState& state);
std::optional<core::ReportState> find_report_state(View& view, const core::HostId& host);
// How the last 14 backups ended that reports told of, oldest first.
std::vector<core::JobState> reported_runs(View& view, const core::HostId& host);

// What is known of the clock of a host that has no agent.
struct ClockEvidence {
  std::optional<core::milliseconds> behind;   // of its newest report
  std::optional<core::milliseconds> late_by;  // of the last report whose moment was past
  core::Time late_at;                         // when that came
};
ClockEvidence find_clock_evidence(View& view, const core::HostId& host);
void note_late_report(Transaction& transaction, const core::HostId& host, core::milliseconds late_by, core::Time at);

// Retention, in steps small enough to hold nobody up: each removes at most `limit` and returns how many it did; 0 when
// there are no more.
std::size_t remove_reports_before(Transaction& transaction, core::Time received_before, std::size_t limit);
// It looks at those that were stored first, and many that came while the hub's clock was ahead may stand before older
// ones. These are found by looking at each host.
std::vector<std::int64_t> list_reports_left_before(View& view, core::Time received_before, std::size_t limit);
std::size_t remove_reports(Transaction& transaction, const std::vector<std::int64_t>& ids);
// Once those reports are gone: the bases of that time which no report needs.
std::size_t remove_bases_before(Transaction& transaction, core::Time received_before, std::size_t limit);
// Before a host with many reports is removed: removing it takes them along at once, which holds up the writer.
std::size_t remove_reports_of(Transaction& transaction, const core::HostId& host, std::size_t limit);
// Gives up to `pages` free pages back to the file system; how many it was. Not inside other work of its transaction.
std::size_t give_back_space(Transaction& transaction, std::size_t pages);

}  // namespace holdfast::store
