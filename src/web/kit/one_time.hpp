#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "http/message.hpp"
#include "runtime/secrets/crypto.hpp"

namespace holdfast::web {

inline constexpr std::chrono::minutes kOneTimeLife{5};
inline constexpr std::size_t kMostOneTimes = 100;

// What a page shows once: the answer to a form leads to that page, which takes it. A reload finds nothing and repeats
// nothing. Only the session that put it may take it. In memory: a restart of the hub loses it.
template <class T>
class OneTime {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Returns the id for the page's address.
  std::string put(std::string session, T value, TimePoint now) {
    std::erase_if(records_, [now](const auto& each) { return each.second.until <= now; });
    while (records_.size() >= kMostOneTimes) records_.erase(records_.begin());
    std::string id = runtime::to_hex(runtime::random_bytes(16));
    records_.insert_or_assign(id, Record{std::move(session), std::move(value), now + kOneTimeLife});
    return id;
  }

  std::optional<T> take(std::string_view id, std::string_view session, TimePoint now) {
    auto value = look(id, session, now);
    if (value) records_.erase(records_.find(id));
    return value;
  }

  // For what is no secret: a reload finds it again.
  std::optional<T> look(std::string_view id, std::string_view session, TimePoint now) const {
    const auto found = records_.find(id);
    if (found == records_.end() || found->second.session != session || found->second.until <= now) return std::nullopt;
    return found->second.value;
  }

 private:
  struct Record {
    std::string session;
    T value;
    TimePoint until;
  };
  std::map<std::string, Record, std::less<>> records_;
};

inline constexpr std::string_view kShownOnce = "once";  // the query parameter with the id

// An answer with a secret in it: neither kept nor compressed by anybody.
inline void set_secret(http::Response& response) {
  response.headers.set("Cache-Control", "no-store, no-transform");
}

}  // namespace holdfast::web
