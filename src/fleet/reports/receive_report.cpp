#include <fmt/format.h>

#include <algorithm>

#include "fleet/reports/reports.hpp"
#include "hosts/placing.hpp"
#include "protocol/report/report.hpp"
#include "reports/late_report.hpp"
#include "reports/text_of_report.hpp"
#include "runtime/log/log.hpp"
#include "store/hosts/fleet_list.hpp"
#include "store/hosts/hosts.hpp"
#include "store/reports/reports.hpp"
#include "store/sqlite/database.hpp"
#include "text/time.hpp"
#include "text/utf8.hpp"

// Senders repeat what they are not sure of, have wrong clocks, and report several times in a moment, while a host
// has one report of each moment. So one that may have come under another moment is compared with those near it, one
// of a clock that is behind is moved by as much, and one whose moment is taken goes just after. All of it is one
// transaction with the host's status; what is only in memory changes after the commit.
namespace holdfast::fleet {

// A document that was read, before it is certain whose it is.
struct Reports::Incoming {
  core::Report report;
  store::StoredReport stored;  // its host and document come later
  std::string document;
  std::string address;          // where it came from; empty: over an agent's connection
  std::string sender;           // what `until_clear_` knows it by
  std::string key;              // of a customer, which has a limit of its own; empty: of an agent or the operator
  bool moved = false;           // its moment is not the one that its timestamp names
  bool suspect = false;         // the same document may have been stored under another moment
  core::milliseconds drift{0};  // how far from its own, where it is the hub that told the moment
  // How long before it came its moment is, where it is not known whether that is a clock that is behind.
  std::optional<core::milliseconds> late_by;
  std::vector<std::string> warnings;
};

// What became of it within the transaction.
struct Reports::Kept {
  ReceivedReport received;
  bool status_changed = false;
  std::optional<store::ReportBase> base;  // what the packer is to go on with
  bool new_customer = false;
  bool new_host = false;
};

namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

// How many of a host's last reports are compared with one that may have come before under another moment.
constexpr std::size_t kCompared = 8;
// What is known of an agent's clock is measured anew at each connection.
constexpr core::milliseconds kClockDrift = std::chrono::minutes(5);
constexpr std::size_t kMaxKnown = 100'000;
constexpr core::milliseconds kStillOnTime = std::chrono::minutes(10);
// Lists and pages show these texts; of a longer one the rest is in the document.
constexpr std::size_t kMaxColumnText = 255;

std::string column_text(std::string_view text) {
  return std::string(text::truncate_utf8(text, kMaxColumnText));
}

// What a report says of a machine that has no agent to say it.
core::HostFacts facts_in_report(const core::Report& report, const std::string& address, core::HostFacts facts) {
  if (report.system) {
    facts.hostname = column_text(report.system->hostname);
    facts.os = column_text(report.system->os);
    facts.arch = column_text(report.system->arch);
    facts.kernel = column_text(report.system->kernel);
  }
  facts.agent_version = column_text(report.controller_version);
  facts.address = address;
  return facts;
}

void save_facts(store::Transaction& tx, const core::Host& host, const core::Report& report,
                const std::string& address) {
  if (host.enrolled) return;
  const auto facts = facts_in_report(report, address, host.facts);
  if (facts != host.facts) store::set_host_facts(tx, host.id, facts);
}

core::ReportState state_of(const store::StoredReport& stored, const core::Report& report) {
  core::ReportState state;
  state.host = stored.host;
  state.at = stored.at;
  state.received_at = stored.received_at;
  state.clock_ahead = stored.clock_ahead;
  state.controller_version = column_text(report.controller_version);
  state.config_hash = column_text(report.config_hash);
  state.figures = core::figures_of(report, stored.at);
  return state;
}

}  // namespace

Reports::Reports(store::Database& database, const runtime::Clock& clock, Live& live, Watch& watch, ReportKeys& keys,
                 store::Packer& packer, ReportsOptions options)
    : database_(database),
      clock_(clock),
      live_(live),
      watch_(watch),
      keys_(keys),
      packer_(packer),
      refused_(database, clock, live, watch),
      options_(options) {}

Reports::Incoming Reports::take_in(protocol::ReportReading reading, std::string document,
                                   core::milliseconds clock_offset) const {
  auto& report = reading.report;
  const auto now = clock_.now();
  const auto said = report.timestamp ? *report.timestamp + clock_offset : now;
  Incoming incoming;
  incoming.stored.at = text::into_range(std::min(said, now));
  incoming.stored.received_at = now;
  incoming.stored.clock_ahead = said > now + kMaxClockAhead;
  incoming.moved = report.timestamp && incoming.stored.at != *report.timestamp;
  incoming.report = std::move(report);
  incoming.document = std::move(document);
  incoming.warnings = std::move(reading.left_out);
  if (const auto others = reading.left_out_count - incoming.warnings.size(); others > 0)
    incoming.warnings.push_back(fmt::format("{} more members are left out.", others));
  return incoming;
}

// By what came before from the same sender.
void Reports::compare_with_known(Incoming& incoming) {
  const auto known = until_clear_.find(incoming.sender);
  const bool clear = known != until_clear_.end() && known->second == 0;
  incoming.suspect = incoming.report.timestamp && (incoming.moved || incoming.late_by || !clear);
  if (incoming.moved && known != until_clear_.end()) known->second = kCompared;
}

// Whether the same document was stored: near its moment, at that of its arrival because its clock was ahead then, or at
// that which it names because nobody knew yet that its clock is behind.
bool Reports::came_before(store::Transaction& tx, const store::StoredReport& report, const Incoming& incoming) const {
  const auto is_same = [&](const auto& earlier) { return text_of_report(packer_, earlier) == incoming.document; };
  const auto from = report.at - incoming.drift;
  const auto to = report.at + std::max(incoming.drift, store::kMomentSpread);
  if (std::ranges::any_of(store::list_alike(tx, report, kCompared, from, to), is_same)) return true;
  if (!report.clock_behind) return false;
  const auto said = incoming.stored.at;
  return std::ranges::any_of(store::list_alike(tx, report, 0, said, said + store::kMomentSpread), is_same);
}

// Stores it at its moment, or where another document has that, just after. False: it is there already. One that names
// no moment is never the same as another.
Result<bool> Reports::add(store::Transaction& tx, store::StoredReport& report, const Incoming& incoming) const {
  if (incoming.suspect && came_before(tx, report, incoming)) return false;
  if (store::add_report(tx, report)) return true;
  if (incoming.report.timestamp && !incoming.suspect && came_before(tx, report, incoming)) return false;
  const auto free = store::find_free_moment(tx, report);
  if (!free)
    return fail(ErrorKind::TooMany, "too_many_at_once",
                "This host has sent thousands of other reports of that moment.");
  report.at = *free;
  report.received_at = std::max(report.received_at, report.at);
  return store::add_report(tx, report);
}

// By as much as the clock of its host is behind. One that came late stays at its own moment.
std::optional<core::milliseconds> Reports::put_clock_right(store::Transaction& tx, store::StoredReport& report,
                                                           const Incoming& incoming) const {
  if (!incoming.late_by) return std::nullopt;
  const auto behind = clock_behind(store::find_clock_evidence(tx, report.host), *incoming.late_by, report.received_at);
  if (!behind) return std::nullopt;
  report.at = std::min(report.at + *behind, report.received_at);
  report.clock_behind = true;
  return behind;
}

Result<Reports::Kept> Reports::keep(store::Transaction& tx, const Place& place, const Incoming& incoming) const {
  const auto& host = place.host;
  auto report = incoming.stored;
  report.host = host.id;
  const auto behind = put_clock_right(tx, report, incoming);
  report.document = packer_.pack(incoming.document, host.id);
  const auto added = add(tx, report, incoming);
  if (!added) return std::unexpected(added.error());
  Kept kept;
  kept.received = {place.customer,     place.customer_slug, host.id, host.name,        report.at, !*added,
                   report.clock_ahead, report.clock_behind, false,   incoming.warnings};
  kept.new_customer = place.new_customer;
  kept.new_host = place.new_host;
  if (!*added) return kept;
  if (incoming.late_by) store::note_late_report(tx, host.id, *incoming.late_by, incoming.stored.received_at);
  auto state = state_of(report, incoming.report);
  state.clock_behind = behind;
  kept.received.newest = store::set_report_state(tx, state);
  if (kept.received.newest) {
    save_facts(tx, host, incoming.report, incoming.address);
  } else {
    store::note_alive(tx, host.id, report.at, incoming.stored.received_at);
  }
  kept.status_changed = watch_.judge(tx, host.id, incoming.stored.received_at);
  kept.base = packer_.next_base(host.id, incoming.document, incoming.stored.received_at);
  // Where the database has the next one already, the packer is to take up that.
  if (kept.base && !store::add_base(tx, *kept.base)) kept.base = store::find_newest_base(tx, host.id);
  return kept;
}

void Reports::remember(const Incoming& incoming) {
  if (until_clear_.size() >= kMaxKnown) until_clear_.clear();
  auto& until_clear = until_clear_.try_emplace(incoming.sender, kCompared).first->second;
  if (incoming.moved) until_clear = kCompared;
  if (until_clear > 0) --until_clear;
}

// After the commit.
void Reports::finish(const Incoming& incoming, const Kept& kept) {
  const auto& received = kept.received;
  if (kept.base) packer_.set_base(*kept.base);
  if (received.duplicate) return;
  remember(incoming);
  // What is a moment late waits for the usual round, as its hour may not be over for others.
  late_reports_ |= received.at < std::chrono::floor<std::chrono::hours>(incoming.stored.received_at - kStillOnTime);
  if (kept.new_host)
    runtime::log::info("host.reported", "A host reports for the first time",
                       {{"host", received.host.text()}, {"customer", received.customer_slug}});
  watch_.tell(received.host, kept.status_changed || kept.new_host);
  if (kept.new_customer) live_.publish(Topic::Customer, received.customer.text());
}

Task<Result<ReceivedReport>> Reports::store_it(Incoming incoming, Placer placer) {
  if (auto room = take_room(incoming); !room) co_return std::unexpected(room.error());
  compare_with_known(incoming);
  const auto work = [&](store::Transaction& tx) -> Result<Kept> {
    const auto place = placer(tx, incoming);
    if (!place) return std::unexpected(place.error());
    return keep(tx, *place, incoming);
  };
  const Result<Kept> kept = co_await database_.write(work);
  if (!kept) co_return std::unexpected(kept.error());
  finish(incoming, *kept);
  co_return kept->received;
}

Task<Result<ReceivedReport>> Reports::receive(KeyHolder sender, std::string document, std::string address) {
  auto reading = protocol::read_report(document);
  const RefusedReports::Whose whose{reading.report.customer_id, reading.report.host, address};
  if (reading.refusal) {
    co_await refused_.note(sender, whose, *reading.refusal);
    co_return std::unexpected(*std::move(reading.refusal));
  }
  auto incoming = take_in(std::move(reading), std::move(document), {});
  incoming.address = std::move(address);
  incoming.sender = fmt::format("{}/{}", incoming.report.customer_id, incoming.report.host);
  if (sender.scope.customer) incoming.key = sender.name;
  const auto late_by = incoming.stored.received_at - incoming.stored.at;
  if (late_by > kMaxClockAhead) {
    incoming.late_by = late_by;
    incoming.drift = kClockDrift;
  }
  Placer place = [this, &sender](store::Transaction& tx, const Incoming& of) {
    return Placing(tx, {sender, of.address, of.stored.received_at, options_.max_hosts})
        .place(of.report.customer_id, of.report.host);
  };
  auto received = co_await store_it(std::move(incoming), std::move(place));
  if (!received) co_await refused_.note(sender, whose, received.error());
  co_return received;
}

Task<> Reports::note_unreadable(std::string key, std::string why, std::string address) {
  auto sender = co_await keys_.authenticate(std::move(key), address);
  if (!sender) co_return;
  RefusedReports::Whose whose{{}, {}, std::move(address)};
  core::Error error{core::ErrorKind::Invalid, "report_unreadable", std::move(why)};
  co_await refused_.note(*std::move(sender), std::move(whose), std::move(error));
}

Task<Result<ReceivedReport>> Reports::receive_from_agent(core::HostId host, std::string document,
                                                         core::milliseconds clock_offset) {
  auto reading = protocol::read_report(document);
  if (reading.refusal) co_return std::unexpected(*std::move(reading.refusal));
  auto incoming = take_in(std::move(reading), std::move(document), clock_offset);
  incoming.sender = host.text();
  incoming.drift = kClockDrift;
  Placer place = [&host](store::Transaction& tx, const Incoming&) -> Result<Place> {
    auto found = store::find_host(tx, host);
    if (!found) return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
    auto customer = store::find_customer(tx, found->customer).value_or(core::Customer());
    return Place{found->customer, std::move(customer.slug), *std::move(found)};
  };
  co_return co_await store_it(std::move(incoming), std::move(place));
}

Result<> Reports::take_room(const Incoming& incoming) {
  const auto bytes = incoming.document.size();
  const auto now = incoming.stored.received_at;
  auto wait = of_hosts_.take(incoming.sender, bytes, now);
  const bool of_host = wait.has_value();
  if (!wait && !incoming.key.empty()) wait = of_keys_.take(incoming.key, bytes, now);
  if (!wait) return {};
  return core::fail_for(
      *wait, "daily_limit",
      fmt::format("{} has sent reports of {} MiB today, which is all that the hub stores in a day.",
                  of_host ? "This host" : "This key", (of_host ? of_hosts_ : of_keys_).limit() / (1024 * 1024)));
}

}  // namespace holdfast::fleet
