#include "fleet/hosts/pings.hpp"

#include <fmt/format.h>

#include "core/jobs/backup.hpp"
#include "hosts/placing.hpp"
#include "runtime/log/log.hpp"
#include "runtime/secrets/crypto.hpp"
#include "store/hosts/pings.hpp"
#include "store/sqlite/database.hpp"
#include "text/ascii.hpp"
#include "text/look_alike.hpp"
#include "text/number.hpp"
#include "text/utf8.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr std::size_t kMaxDetail = 200;  // bytes
constexpr int kMaxExitCode = 255;

auto no_such_ping() {
  return fail(ErrorKind::NotFound, "no_such_ping", "There is no such ping.");
}

std::optional<int> read_exit_code(std::string_view text) {
  const auto code = text::parse_number<int>(text);
  return code && *code >= 0 && *code <= kMaxExitCode ? code : std::nullopt;
}

// The first line that says something.
std::string first_line(std::string_view body) {
  const std::string valid = text::to_valid_utf8(text::trim(body).substr(0, 4 * kMaxDetail));
  const std::string_view line = text::trim(std::string_view(valid).substr(0, valid.find_first_of("\r\n")));
  return std::string(text::truncate_utf8(text::shown_text(line), kMaxDetail));
}

struct HostAndSignal {
  std::string host;
  PingSignal signal;
};

std::optional<HostAndSignal> read_call(const KeyRing::Key& key, const PingCall& call) {
  std::vector<std::string> parts = call.parts;
  if (!key.host_name.empty()) parts.insert(parts.begin(), key.host_name);
  if (parts.empty() || parts.size() > 2) return std::nullopt;
  auto signal = read_signal(parts.size() == 2 ? parts.back() : "", call.body);
  if (!signal) return std::nullopt;
  return HostAndSignal{parts.front(), *std::move(signal)};
}

}  // namespace

std::optional<PingSignal> read_signal(std::string_view signal, std::string_view body) {
  if (signal.empty()) return PingSignal{core::PingKind::Success, {}};
  if (signal == "start") return PingSignal{core::PingKind::Start, {}};
  if (signal == "log") return PingSignal{};
  if (signal == "fail") return PingSignal{core::PingKind::Failure, first_line(body)};
  const auto code = read_exit_code(signal);
  if (!code) return std::nullopt;
  if (*code == 0) return PingSignal{core::PingKind::Success, {}};
  return PingSignal{core::PingKind::Failure, fmt::format("exit code {}", *code)};
}

// One that is for something else would stand in the logs of whoever is on the way.
Result<KeyRing::Key> Pings::find_key(const std::string& key) {
  auto found = parts_.keys.use(runtime::token_hash(key), parts_.clock.now());
  if (!found) found = parts_.keys.use(runtime::token_hash(text::to_lower_ascii(key)), parts_.clock.now());  // a UUID
  if (!found) return no_such_ping();
  if (found->kind != core::KeyKind::Report) return *std::move(found);
  return fail(ErrorKind::Forbidden, "not_a_ping_key",
              "This key can do more than ping, so it does not belong in an address: make a ping key, and rotate this "
              "one.");
}

Task<Result<>> Pings::ping(std::string key, PingCall call, std::string address) {
  const auto found = find_key(key);
  if (!found) co_return std::unexpected(found.error());
  auto said = read_call(*found, call);
  if (!said) co_return no_such_ping();
  const auto& [name, signal] = *said;
  if (auto checked = core::check_name("The host name", name); !checked) co_return checked;
  const KeyHolder sender{Scope{found->customer}, fmt::format("ping key …{} of {}", found->hint, found->customer_slug)};
  const auto save = [&](Unit& unit) -> Result<Place> {
    auto place =
        Placing(unit, {sender, address, unit.now(), parts_.reports.max_hosts()}).place(found->customer_slug, name);
    if (!place) return place;
    unit.tell(Topic::Host, place->host.id.text());
    if (place->new_host) unit.tell(Topic::Fleet);
    if (!signal.kind) return place;
    store::set_ping(unit, place->host.id, {unit.now(), *signal.kind, signal.detail, found->every});
    unit.judge(place->host.id);
    return place;
  };
  const Result<Place> place = co_await units_.note(save);
  if (!place) co_return std::unexpected(place.error());
  if (place->new_host)
    runtime::log::info("host.pinged", "A host pings for the first time",
                       {{"host", place->host.id.text()}, {"customer", found->customer_slug}});
  co_return Result<>{};
}

}  // namespace holdfast::fleet
