#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "core/ids.hpp"
#include "core/time.hpp"

// Customers, and the keys by which their hosts report.
namespace holdfast::core {

struct Customer {
  CustomerId id;
  std::string slug;  // unique
  std::string name;
  Time created_at;
};

// What a key opens. One that stands in an address shows in the logs of whoever is on the way, so it can do no more than
// ping.
enum class KeyKind {
  Report,     // sends reports and reads
  Ping,       // pings any host of the customer
  Heartbeat,  // pings the one host that it names
};

// A key is only here as its hash; `hint` are its last four characters, so that people tell keys apart.
struct CustomerKey {
  CustomerKeyId id;
  CustomerId customer;
  std::string token_hash;
  std::string hint;
  std::string created_by;
  Time created_at;
  std::optional<Time> expires_at;    // set on an old one when it is rotated
  std::optional<Time> last_used_at;  // to the minute
  KeyKind kind = KeyKind::Report;
  std::string host_name = {};     // of a heartbeat: as reports would call its host
  std::chrono::seconds every{0};  // of one: how far apart pings are expected; 0: as reports are
};

}  // namespace holdfast::core
