#include <fmt/format.h>

#include <algorithm>

#include "fleet/hosts/hosts.hpp"
#include "hosts/pauses.hpp"
#include "store/accounts/accounts.hpp"
#include "store/accounts/customers.hpp"
#include "store/hosts/hosts.hpp"
#include "store/jobs/jobs.hpp"
#include "store/reports/reports.hpp"
#include "store/sqlite/database.hpp"
#include "text/ascii.hpp"
#include "text/look_alike.hpp"
#include "text/utf8.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::size_t kMaxTagLength = 40;  // characters
constexpr std::size_t kReportsAtOnce = 500;
constexpr std::size_t kJobRowsAtOnce = 1000;
// The writer is free for others at least as long.
constexpr auto kBetweenSteps = std::chrono::milliseconds(5);

auto no_host() {
  return fail(ErrorKind::NotFound, "no_such_host", "There is no such host.");
}

Result<> check_tag(std::string_view tag) {
  const bool clean = text::is_valid_utf8(tag) && !text::has_hidden_character(tag) &&
                     tag.find_first_of(" ,\"'") == std::string_view::npos && !tag.starts_with('-');
  const auto length = text::count_characters(tag);
  if (clean && length >= 1 && length <= kMaxTagLength) return {};
  return fail(ErrorKind::Invalid, "tag_invalid",
              "A tag is 1 to 40 characters without spaces, commas and quotes, and does not begin with a minus.");
}

// As they are stored: in lower case, in order, each once.
Result<std::vector<std::string>> tidy_tags(const std::vector<std::string>& wanted) {
  std::vector<std::string> tags;
  for (const auto& tag : wanted) {
    auto tidy = tidy_tag(tag);
    if (!tidy) return std::unexpected(tidy.error());
    tags.push_back(*std::move(tidy));
  }
  std::ranges::sort(tags);
  const auto doubled = std::ranges::unique(tags);
  tags.erase(doubled.begin(), doubled.end());
  if (tags.size() > kMaxTags)
    return fail(ErrorKind::Invalid, "too_many_tags", fmt::format("A host has at most {} tags.", kMaxTags));
  return tags;
}

Result<> tidy(std::vector<std::string>& tags) {
  auto tidied = tidy_tags(tags);
  if (!tidied) return std::unexpected(tidied.error());
  tags = *std::move(tidied);
  return {};
}

// Whether all of it can be, as far as that is known without the database. Tidies the tags.
Result<> check_change(HostChange& wanted) {
  if (wanted.name) {
    if (auto checked = core::check_name("The host name", *wanted.name); !checked) return checked;
  }
  for (auto* tags : {wanted.tags ? &*wanted.tags : nullptr, &wanted.add_tags, &wanted.remove_tags}) {
    if (!tags) continue;
    if (auto tidied = tidy(*tags); !tidied) return tidied;
  }
  if (wanted.notes && (wanted.notes->size() > kMaxNotesBytes || !text::is_valid_utf8(*wanted.notes))) {
    return fail(ErrorKind::Invalid, "notes_invalid",
                fmt::format("Notes are UTF-8 text of at most {} bytes.", kMaxNotesBytes));
  }
  return {};
}

Result<> move_to(Unit& unit, const core::HostId& id, const std::optional<core::CustomerId>& customer) {
  if (!customer) return {};
  const auto target = store::find_customer(unit, *customer);
  if (!target) return fail(ErrorKind::NotFound, "no_such_customer", "There is no such customer.");
  if (!store::move_host(unit, id, *customer))
    return fail(ErrorKind::Conflict, "name_taken", "A host of that customer reports by the same name already.");
  unit.audit("host.move", id.text(), target->slug);
  unit.tell(Topic::Customer);
  return {};
}

// Those that the host will have: what is added and removed goes by what it has at this moment.
Result<> complete_tags(store::View& view, const core::HostId& id, HostChange& wanted) {
  if (wanted.add_tags.empty() && wanted.remove_tags.empty()) return {};
  auto tags = wanted.tags ? *wanted.tags : store::host_tags(view, id);
  tags.insert(tags.end(), wanted.add_tags.begin(), wanted.add_tags.end());
  std::erase_if(
      tags, [&](const auto& tag) { return std::ranges::find(wanted.remove_tags, tag) != wanted.remove_tags.end(); });
  if (auto tidied = tidy(tags); !tidied) return tidied;
  wanted.tags = std::move(tags);
  return {};
}

void store_texts(Unit& unit, const core::HostId& id, const HostChange& wanted) {
  if (wanted.name) {
    store::rename_host(unit, id, *wanted.name);
    unit.audit("host.rename", id.text(), *wanted.name);
  }
  if (wanted.tags) {
    store::set_host_tags(unit, id, *wanted.tags);
    unit.audit("host.tag", id.text(), fmt::format("{}", fmt::join(*wanted.tags, " ")));
  }
  if (wanted.notes) {
    store::set_host_notes(unit, id, *wanted.notes);
    unit.audit("host.note", id.text());
  }
  if (wanted.needs_backup) {
    store::set_needs_backup(unit, id, *wanted.needs_backup);
    unit.audit("host.needs_backup", id.text(), *wanted.needs_backup ? "yes" : "no");
  }
}

}  // namespace

Result<std::string> tidy_tag(std::string_view tag) {
  auto tidy = text::to_lower_ascii(text::trim(tag));
  if (auto checked = check_tag(tidy); !checked) return std::unexpected(checked.error());
  return tidy;
}

Task<Result<>> Hosts::change(core::HostId id, HostChange wanted, Actor actor) {
  if (auto checked = check_change(wanted); !checked) co_return checked;
  if (wanted == HostChange()) co_return co_await exists(std::move(id));
  const auto apply = [&](Unit& unit) -> Result<> {
    if (!store::find_host(unit, id)) return no_host();
    if (auto completed = complete_tags(unit, id, wanted); !completed) return completed;
    if (auto moved = move_to(unit, id, wanted.customer); !moved) return moved;
    store_texts(unit, id, wanted);
    unit.judge(id);  // its limits may be those of a tag or of its customer
    return {};
  };
  co_return co_await units_.run(std::move(actor), apply);
}

Task<Result<>> Hosts::exists(core::HostId id) {
  const auto look = [&](store::View& view) { return store::find_host(view, id).has_value(); };
  const bool found = co_await database_.read(look);
  if (!found) co_return no_host();
  co_return Result<>();
}

Task<Result<>> Hosts::rename(core::HostId id, std::string name, Actor actor) {
  HostChange wanted;
  wanted.name = std::move(name);
  co_return co_await change(std::move(id), std::move(wanted), std::move(actor));
}

Task<Result<>> Hosts::set_tags(core::HostId id, std::vector<std::string> tags, Actor actor) {
  HostChange wanted;
  wanted.tags = std::move(tags);
  co_return co_await change(std::move(id), std::move(wanted), std::move(actor));
}

Task<Result<>> Hosts::set_notes(core::HostId id, std::string notes, Actor actor) {
  HostChange wanted;
  wanted.notes = std::move(notes);
  co_return co_await change(std::move(id), std::move(wanted), std::move(actor));
}

Task<Result<>> Hosts::move(core::HostId id, core::CustomerId customer, Actor actor) {
  HostChange wanted;
  wanted.customer = std::move(customer);
  co_return co_await change(std::move(id), std::move(wanted), std::move(actor));
}

Task<Result<>> Hosts::pause(core::HostId id, std::optional<core::Pause> wanted, Actor actor) {
  const auto pause = complete_pause(std::move(wanted), actor, clock_.now());
  if (!pause) co_return std::unexpected(pause.error());
  const auto change = [&](Unit& unit) -> Result<> {
    if (!store::find_host(unit, id)) return no_host();
    store::set_host_pause(unit, id, *pause);
    unit.judge(id);
    unit.audit(*pause ? "host.pause" : "host.resume", id.text(), describe_pause(*pause));
    return {};
  };
  co_return co_await units_.run(std::move(actor), change);
}

// Out of sight at once. What it has is removed later, in steps, because the writer has others to serve.
Task<Result<>> Hosts::remove(core::HostId id, Actor actor) {
  const auto retire = [&](Unit& unit) -> Result<> {
    const auto host = store::find_host(unit, id);
    if (!host || !store::retire_host(unit, id, unit.now())) return no_host();
    unit.audit("host.remove", id.text(), host->name);
    unit.tell(Topic::Host, id.text());
    unit.tell(Topic::Fleet);
    return {};
  };
  Result<> removed = co_await units_.run(std::move(actor), retire);
  if (removed) agents_.end(id, {}, "this host was removed from the hub");
  co_return removed;
}

Task<> Hosts::finish_removals() {
  const auto look = [](store::View& view) { return store::find_retired_host(view); };
  auto host = co_await database_.read(look);
  while (host) {
    const auto remove_some = [&](store::Transaction& tx) {
      if (store::remove_reports_of(tx, *host, kReportsAtOnce) > 0) return;
      if (store::remove_jobs_of(tx, *host, kJobRowsAtOnce) > 0) return;
      store::remove_host(tx, *host);
    };
    co_await database_.write(remove_some);
    co_await runtime::sleep_for(kBetweenSteps);
    host = co_await database_.read(look);
  }
}

}  // namespace holdfast::fleet
