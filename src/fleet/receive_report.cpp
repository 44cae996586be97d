#include <fmt/format.h>

#include <algorithm>

#include "core/backup.hpp"
#include "core/text.hpp"
#include "fleet/reports.hpp"
#include "new_id.hpp"
#include "protocol/report.hpp"
#include "runtime/log.hpp"
#include "store/accounts.hpp"
#include "store/fleet_list.hpp"
#include "store/report_places.hpp"

namespace holdfast::fleet {

// A document that was read, before it is certain whose it is.
struct Reports::Incoming {
  core::Report report;
  store::StoredReport stored;  // its host and document come later
  std::string document;
  std::string address;          // where it came from; empty: over an agent's connection
  std::string sender;           // what `until_clear_` knows it by
  bool moved = false;           // its moment is not the one that its timestamp names
  bool suspect = false;         // the same document may have been stored under another moment
  core::milliseconds drift{0};  // how far from its own, where it is the hub that told the moment
};

// Where it belongs, and what was made for it.
struct Reports::Place {
  store::Customer customer;
  store::Host host;
  bool new_customer = false;
  bool new_host = false;
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
// Lists and pages show these texts; of a longer one the rest is in the document.
constexpr std::size_t kMaxColumnText = 255;

auto other_customer() {
  return fail(ErrorKind::Forbidden, "other_customer", "This key belongs to another customer than customer_id names.");
}

std::string column_text(std::string_view text) {
  return std::string(core::truncate_utf8(text, kMaxColumnText));
}

// What a report says of a machine that has no agent to say it.
store::HostFacts facts_of(const core::Report& report, const std::string& address, store::HostFacts facts) {
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

void save_facts(store::Transaction& tx, const store::Host& host, const core::Report& report,
                const std::string& address) {
  if (host.enrolled) return;
  const auto facts = facts_of(report, address, host.facts);
  if (facts != host.facts) store::set_host_facts(tx, host.id, facts);
}

store::ReportState state_of(const store::StoredReport& stored, const core::Report& report) {
  store::ReportState state;
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

// Finds or makes customer and host of a report over the API.
class Reports::Placing {
 public:
  Placing(store::Transaction& tx, const KeyHolder& sender, const Incoming& incoming)
      : tx_(tx), sender_(sender), incoming_(incoming), now_(incoming.stored.received_at) {}

  Result<Place> place() {
    const auto& report = incoming_.report;
    if (auto found = find_customer(report.customer_id); !found) return std::unexpected(found.error());
    if (auto found = find_host(report.host.empty() ? report.customer_id : report.host); !found)
      return std::unexpected(found.error());
    return std::move(place_);
  }

 private:
  Result<> find_customer(const std::string& slug) {
    const auto& bound = sender_.scope.customer;
    auto customer = bound ? store::find_customer(tx_, *bound) : store::find_customer_by_slug(tx_, slug);
    if (bound && (!customer || customer->slug != slug)) return other_customer();
    if (!customer) return make_customer(slug);
    place_.customer = *std::move(customer);
    return {};
  }

  Result<> make_customer(const std::string& slug) {
    if (store::count_customers(tx_) >= kMaxReportedCustomers) {
      return fail(ErrorKind::TooMany, "too_many_customers",
                  fmt::format("There are {} customers already, and reports make no more: add this one in the pages.",
                              kMaxReportedCustomers));
    }
    place_.customer = {new_id<core::CustomerId>(now_), slug, slug, now_};
    place_.new_customer = true;
    store::add_customer(tx_, place_.customer);
    audit("customer.add", place_.customer.id.text(), slug);
    return {};
  }

  Result<> find_host(const std::string& name) {
    if (auto host = store::find_host_by_report_name(tx_, place_.customer.id, name)) {
      place_.host = *std::move(host);
      return {};
    }
    if (auto host = store::find_host_to_adopt(tx_, place_.customer.id, name)) {
      place_.host = *std::move(host);
      audit("host.adopt", place_.host.id.text(), name);
    } else if (auto made = make_host(name); !made) {
      return made;
    }
    store::set_report_name(tx_, place_.host.id, name);
    return {};
  }

  Result<> make_host(const std::string& name) {
    if (store::count_hosts_of(tx_, place_.customer.id) >= kMaxReportedHosts) {
      return fail(ErrorKind::TooMany, "too_many_hosts",
                  fmt::format("The customer {} has {} hosts already, and reports make no more: remove some first.",
                              place_.customer.slug, kMaxReportedHosts));
    }
    place_.host = {new_id<core::HostId>(now_), place_.customer.id, name, false, {}, now_, std::nullopt};
    place_.new_host = true;
    store::add_host(tx_, place_.host);
    audit("host.add", place_.host.id.text(), name);
    return {};
  }

  void audit(std::string_view action, const std::string& object, const std::string& detail) {
    store::add_audit(tx_, {now_, sender_.name, std::string(action), object, detail, incoming_.address});
  }

  store::Transaction& tx_;
  const KeyHolder& sender_;
  const Incoming& incoming_;
  core::Time now_;
  Place place_;
};

Result<Reports::Incoming> Reports::read(std::string document, core::milliseconds clock_offset) const {
  auto report = protocol::parse_report(document);
  if (!report) return std::unexpected(report.error());
  const auto now = clock_.now();
  const auto said = report->timestamp ? *report->timestamp + clock_offset : now;
  Incoming incoming;
  incoming.stored.at = std::min(said, now);
  incoming.stored.received_at = now;
  incoming.stored.clock_ahead = said > now + kMaxClockAhead;
  incoming.moved = report->timestamp && incoming.stored.at != *report->timestamp;
  incoming.report = *std::move(report);
  incoming.document = std::move(document);
  return incoming;
}

// By what came before from the same sender.
void Reports::compare_with_known(Incoming& incoming) {
  const auto known = until_clear_.find(incoming.sender);
  const bool clear = known != until_clear_.end() && known->second == 0;
  incoming.suspect = incoming.report.timestamp && (incoming.moved || !clear);
  if (incoming.moved && known != until_clear_.end()) known->second = kCompared;
}

// Whether the same document was stored: near its moment, or at that of its arrival because its clock was ahead then.
bool Reports::came_before(store::Transaction& tx, const store::StoredReport& report, const Incoming& incoming) const {
  const auto from = report.at - incoming.drift;
  const auto to = report.at + std::max(incoming.drift, store::kMomentSpread);
  return std::ranges::any_of(store::list_alike(tx, report, kCompared, from, to), [&](const auto& earlier) {
    return packer_.unpack(earlier.document) == incoming.document;
  });
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

Result<Reports::Kept> Reports::keep(store::Transaction& tx, const Place& place, const Incoming& incoming) const {
  const auto& host = place.host;
  auto report = incoming.stored;
  report.host = host.id;
  report.document = packer_.pack(incoming.document, host.id);
  const auto added = add(tx, report, incoming);
  if (!added) return std::unexpected(added.error());
  Kept kept;
  kept.received = {place.customer.id, place.customer.slug, host.id, host.name, report.at,
                   !*added,           report.clock_ahead,  false};
  kept.new_customer = place.new_customer;
  kept.new_host = place.new_host;
  if (!*added) return kept;
  kept.received.newest = store::set_report_state(tx, state_of(report, incoming.report));
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
  if (kept.new_host)
    runtime::log::info("host.reported", "A host reports for the first time",
                       {{"host", received.host.text()}, {"customer", received.customer_slug}});
  watch_.tell(received.host, kept.status_changed || kept.new_host);
  if (kept.new_customer) live_.publish(Topic::Customer, received.customer.text());
}

Task<Result<ReceivedReport>> Reports::store_it(Incoming incoming, Placer placer) {
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
  auto incoming = read(std::move(document), {});
  if (!incoming) co_return std::unexpected(incoming.error());
  incoming->address = std::move(address);
  incoming->sender = fmt::format("{}/{}", incoming->report.customer_id, incoming->report.host);
  Placer place = [&sender](store::Transaction& tx, const Incoming& of) { return Placing(tx, sender, of).place(); };
  co_return co_await store_it(*std::move(incoming), std::move(place));
}

Task<Result<ReceivedReport>> Reports::receive_from_agent(core::HostId host, std::string document,
                                                         core::milliseconds clock_offset) {
  auto incoming = read(std::move(document), clock_offset);
  if (!incoming) co_return std::unexpected(incoming.error());
  incoming->sender = host.text();
  incoming->drift = kClockDrift;
  Placer place = [&host](store::Transaction& tx, const Incoming&) -> Result<Place> {
    auto found = store::find_host(tx, host);
    if (!found) return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
    auto customer = store::find_customer(tx, found->customer).value_or(store::Customer());
    return Place{std::move(customer), *std::move(found)};
  };
  co_return co_await store_it(*std::move(incoming), std::move(place));
}

}  // namespace holdfast::fleet
