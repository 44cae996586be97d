#include "fleet/accounts/report_keys.hpp"

#include <fmt/format.h>

#include "runtime/address.hpp"
#include "runtime/log/log.hpp"
#include "runtime/secrets/crypto.hpp"

namespace holdfast::fleet {
namespace {

using core::ErrorKind;
using core::fail;
using core::Result;

constexpr int kFreeFailures = 10;
// A key of so many bytes is not guessed.
constexpr std::size_t kLongKey = 24;

}  // namespace

ReportKeys::ReportKeys(const runtime::Clock& clock, KeyRing& keys, const std::string& api_key)
    : clock_(clock),
      keys_(keys),
      api_key_size_(api_key.size()),
      api_key_hash_(runtime::token_hash(api_key)),
      failures_by_network_(kFreeFailures) {}

// A key of a customer is too long to be guessed, so it is let in at any time, and so is the one of the configuration
// where it is long: a node with a wrong key must not keep out those behind the same address. Where that one is a short
// word, those who failed before have to wait.
Task<Result<KeyHolder>> ReportKeys::authenticate(std::string key, std::string address) {
  const auto hash = runtime::token_hash(key);
  if (const auto found = keys_.use(hash, clock_.now())) {
    if (found->kind != core::KeyKind::Report)
      co_return fail(ErrorKind::Forbidden, "ping_key",
                     "This key can only ping: for reports, create a key for reports.");
    co_return KeyHolder{Scope{found->customer}, fmt::format("key …{} of {}", found->hint, found->customer_slug)};
  }
  const bool matches = runtime::constant_time_equal(hash, api_key_hash_) && api_key_size_ > 0;
  if (matches && api_key_size_ >= kLongKey) co_return KeyHolder{Scope{}, "report API key"};
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
