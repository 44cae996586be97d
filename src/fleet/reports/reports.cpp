#include "fleet/reports/reports.hpp"

#include <fmt/format.h>

#include "runtime/address.hpp"
#include "runtime/log/log.hpp"
#include "runtime/secrets/crypto.hpp"
#include "store/reports/reports.hpp"
#include "store/sqlite/database.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr int kFreeFailures = 10;
// A key of so many bytes is not guessed.
constexpr std::size_t kLongKey = 24;

}  // namespace

Reports::Reports(store::Database& database, const runtime::Clock& clock, Live& live, Watch& watch, KeyRing& keys,
                 ReportsOptions options)
    : database_(database),
      clock_(clock),
      live_(live),
      watch_(watch),
      units_(database, clock, live, watch),
      keys_(keys),
      options_(std::move(options)),
      api_key_hash_(runtime::token_hash(options_.api_key)),
      packer_(std::make_unique<store::Packer>()),
      failures_by_network_(kFreeFailures) {}

Reports::~Reports() = default;

std::size_t Reports::hosts_held() const {
  return packer_->hosts_with_base().size();
}

Task<> Reports::load() {
  const auto look = [](store::View& view) {
    return std::pair(store::list_dictionaries(view), store::list_newest_bases(view));
  };
  const auto [dictionaries, bases] = co_await database_.read(look);
  for (const auto& dictionary : dictionaries) packer_->add(dictionary);
  for (const auto& base : bases) packer_->set_base(base);
  co_await keys_.load();
}

// A key of a customer is too long to be guessed, so it is let in at any time, and so is the one of the configuration
// where it is long: a node with a wrong key must not keep out those behind the same address. Where that one is a short
// word, those who failed before have to wait.
Task<Result<KeyHolder>> Reports::authenticate(std::string key, std::string address) {
  const auto hash = runtime::token_hash(key);
  if (const auto found = keys_.use(hash, clock_.now())) {
    if (found->kind != core::KeyKind::Report)
      co_return fail(ErrorKind::Forbidden, "ping_key",
                     "This key can only ping: for reports, create a key for reports.");
    co_return KeyHolder{Scope{found->customer}, fmt::format("key …{} of {}", found->hint, found->customer_slug)};
  }
  const bool matches = runtime::constant_time_equal(hash, api_key_hash_) && !options_.api_key.empty();
  if (matches && options_.api_key.size() >= kLongKey) co_return KeyHolder{Scope{}, "report API key"};
  const auto now = clock_.steady();
  const auto network = runtime::network_of(address);
  if (const auto wait = failures_by_network_.wait(network, now)) {
    co_return core::fail_for(*wait, "throttled",
                             fmt::format("Too many wrong keys from this address. Try again in {} s.", wait->count()));
  }
  if (matches) {
    failures_by_network_.succeeded(network);
    co_return KeyHolder{Scope{}, "report API key"};
  }
  failures_by_network_.failed(network, now);
  runtime::log::warning("api.key_refused", "A request with a key that is not valid", {{"address", address}});
  co_return fail(ErrorKind::Unauthorized, "key_invalid", "This key is not valid.");
}

}  // namespace holdfast::fleet
