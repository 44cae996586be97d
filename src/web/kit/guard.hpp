#pragma once

#include <functional>
#include <optional>
#include <string>

#include "fleet/accounts/accounts.hpp"
#include "fleet/accounts/report_keys.hpp"
#include "http/server/router.hpp"
#include "runtime/async/task.hpp"
#include "web/settings.hpp"

// Who may come in: sessions of people, and the checks that every answer goes through.
namespace holdfast::web {

using runtime::Task;

// A request of somebody who is signed in.
struct Visitor {
  fleet::Identity identity;
  fleet::Actor actor() const { return {identity.name, address}; }
  std::string address;
};

// Somebody who reads through the API: who is signed in sees everything, a key what it reaches.
struct Reader {
  fleet::Scope scope;
  bool is_person = true;
};

class Guard {
 public:
  using ReaderHandler = std::function<Task<http::Response>(http::Request&, Reader)>;
  using SenderHandler = std::function<Task<http::Response>(http::Request&, fleet::KeyHolder)>;
  using PeopleHandler = std::function<Task<http::Response>(http::Request&, Visitor)>;
  using PeopleStream = std::function<Task<http::StreamResponse>(http::Request&, Visitor)>;

  using Refusal = std::function<Task<http::Response>(http::Request&)>;

  // `refuse` makes the answer to a request that is refused whoever sends it.
  Guard(fleet::Accounts& accounts, fleet::ReportKeys& report_keys, const Settings& settings,
        http::Router::ErrorBody refuse)
      : accounts_(accounts), report_keys_(report_keys), settings_(settings), refuse_(std::move(refuse)) {}

  // Around every answer: security headers, no caching of what is private, the check against requests from other sites.
  Task<http::Response> around(http::Request& request, const http::Handler& next);

  // The check against other sites alone, before a body is read.
  http::BodyCheck site_check();

  // Nobody who may not come in has a body read and unpacked.
  // The ways in for keys; everywhere else a key is refused. When a bearer is given, it alone counts.
  http::CheckedHandler reader(ReaderHandler handler);  // people who are signed in, and keys
  http::CheckedHandler sender(SenderHandler handler);  // keys alone

  // Handlers for people who are signed in. Without a session the API answers 401 and a page leads to the sign-in page.
  // A stream is refused to pages of other sites, as a WebSocket would have to be.
  http::CheckedHandler api(PeopleHandler handler);
  http::CheckedHandler page(PeopleHandler handler);
  http::StreamHandler stream(PeopleStream handler);

  // For a key where only other ways in count.
  Task<http::Response> refuse_key(const http::Request& request);

  // The session cookie.
  void set_session_cookie(const http::Request& request, http::Response& response,
                          const fleet::SignedIn& signed_in) const;
  void clear_session_cookie(const http::Request& request, http::Response& response) const;
  // Empty when there is none, and beside a bearer: what is exempt from the check against other sites is not a person.
  std::string session_token(const http::Request& request) const;

  // Who has signed in.
  Task<std::optional<Visitor>> identify(http::Request& request);
  // For a browser that is about to get another session.
  Task<> end_session(const http::Request& request);
  // "https://hub.example": as configured, or else as the request came.
  std::string base_url(const http::Request& request) const;
  // Whether that address leads every other machine to itself.
  bool is_local_address(const http::Request& request) const;

 private:
  Task<core::Result<fleet::KeyHolder>> key_holder(const http::Request& request);
  Task<core::Result<fleet::KeyHolder>> sender_of(const http::Request& request);
  std::optional<bool> names_another_site(const http::Request& request) const;
  bool is_from_another_site(const http::Request& request) const;
  bool is_own_origin(const http::Request& request, std::string_view url) const;
  bool is_foreign_host(const http::Request& request) const;
  // Why a request is refused whoever sends it.
  std::optional<http::Response> refusal(const http::Request& request) const;
  std::string cross_site_message(const http::Request& request) const;
  http::CheckedHandler people(PeopleHandler handler, const Refusal& refuse);
  http::BodyCheck person_check(Refusal refuse);
  Task<std::optional<http::Response>> check_reader(http::Request& request);

  fleet::Accounts& accounts_;
  fleet::ReportKeys& report_keys_;
  const Settings& settings_;
  http::Router::ErrorBody refuse_;
};

// What keeps browsers strict; also on what the server refuses by itself, which goes past `around`.
void add_security_headers(const http::Request& request, http::Response& response);

// Whether what is sent here travels in the clear: not TLS, and from another machine.
bool is_readable_on_the_way(const http::Request& request);

// The target of a redirect after sign-in: a path of this hub, or "/".
std::string local_path_or_root(std::string_view target);

}  // namespace holdfast::web
