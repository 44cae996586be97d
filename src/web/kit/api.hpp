#pragma once

#include "http/server/router.hpp"
#include "kit/guard.hpp"
#include "web/web.hpp"

// The JSON API for people, their scripts and nodes, one class a resource.
namespace holdfast::web {

class SessionApi {
 public:
  SessionApi(http::Router& router, Guard& guard, Parts& parts);

 private:
  Task<http::Response> set_up(http::Request& request);
  Task<http::Response> sign_in(http::Request& request);
  Task<http::Response> sign_out(http::Request& request);
  Task<http::Response> change_password(http::Request& request, Visitor visitor);
  Task<http::Response> signed_in(const http::Request& request, core::Result<fleet::SignedIn> result);

  Guard& guard_;
  Parts& parts_;
};

class HostsApi {
 public:
  HostsApi(http::Router& router, Guard& guard, Parts& parts);

 private:
  Task<http::Response> list(http::Request& request, Reader reader);
  Task<http::Response> show(http::Request& request, Reader reader);
  Task<std::optional<fleet::ReportDocument>> latest_report(core::HostId id);
  Task<http::Response> change(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);
  Task<http::Response> pause(http::Request& request, Visitor visitor);
  Task<http::Response> resume(http::Request& request, Visitor visitor);
  Task<http::Response> rotate(http::Request& request, Visitor visitor);
  Task<http::Response> revoke(http::Request& request, Visitor visitor);

  Parts& parts_;
};

// What a host backs up, and where to.
class PlansApi {
 public:
  PlansApi(http::Router& router, Guard& guard, Parts& parts);

 private:
  Task<http::Response> list_groups(http::Request& request, Visitor visitor);
  Task<http::Response> add_group(http::Request& request, Visitor visitor);
  Task<http::Response> change_group(http::Request& request, Visitor visitor);
  Task<http::Response> remove_group(http::Request& request, Visitor visitor);
  Task<http::Response> link(http::Request& request, Visitor visitor);
  Task<http::Response> unlink(http::Request& request, Visitor visitor);

  Parts& parts_;
};

// Remembers why a report was not even read, where the answer says so.
Task<> note_refused_body(Parts& parts, const http::Request& request, int status);

// Reports on their way in, and those of one host on their way out.
class ReportsApi {
 public:
  ReportsApi(http::Router& router, Guard& guard, Parts& parts);

 private:
  Task<http::Response> receive(http::Request& request, fleet::KeyHolder sender);
  Task<http::Response> latest(http::Request& request, Reader reader);
  Task<http::Response> list(http::Request& request, Reader reader);
  Task<http::Response> show(http::Request& request, Reader reader);
  Task<http::Response> history(http::Request& request, Reader reader);
  // The host of the path, when the reader sees it.
  Task<core::Result<core::HostId>> host_of(const http::Request& request, const Reader& reader);

  Parts& parts_;
};

// How far apart pings are expected: "26h"; empty: as reports are.
core::Result<std::chrono::seconds> read_every(std::string_view text);

// Hosts that can only call an address, which holds their key.
class PingsApi {
 public:
  PingsApi(http::Router& router, Guard& guard, Parts& parts);

 private:
  Task<http::Response> ping(http::Request& request);

  Guard& guard_;
  Parts& parts_;
};

class CustomersApi {
 public:
  CustomersApi(http::Router& router, Guard& guard, Parts& parts);

 private:
  Task<http::Response> list(http::Request& request, Reader reader);
  Task<http::Response> add(http::Request& request, Visitor visitor);
  Task<http::Response> latest_report(http::Request& request, Reader reader);
  Task<http::Response> summary(http::Request& request, Reader reader);
  Task<http::Response> history(http::Request& request, Reader reader);
  Task<http::Response> change(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);
  Task<http::Response> pause(http::Request& request, Visitor visitor);
  Task<http::Response> resume(http::Request& request, Visitor visitor);

  Parts& parts_;
};

// The keys of a customer.
class KeysApi {
 public:
  KeysApi(http::Router& router, Guard& guard, Parts& parts);

 private:
  Task<http::Response> list(http::Request& request, Visitor visitor);
  Task<http::Response> make(http::Request& request, Visitor visitor);
  Task<http::Response> rotate(http::Request& request, Visitor visitor);
  Task<http::Response> make_ping_key(http::Request& request, Visitor visitor);
  Task<http::Response> make_heartbeat(http::Request& request, Visitor visitor);
  Task<http::Response> revoke(http::Request& request, Visitor visitor);

  Parts& parts_;
};

class RepositoriesApi {
 public:
  RepositoriesApi(http::Router& router, Guard& guard, Parts& parts);

 private:
  Task<http::Response> list(http::Request& request, Visitor visitor);
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> add(http::Request& request, Visitor visitor);
  Task<http::Response> change(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);
  Task<http::Response> test(http::Request& request, Visitor visitor);
  Task<http::Response> show_test(http::Request& request, Visitor visitor);

  Parts& parts_;
};

class JobsApi {
 public:
  JobsApi(http::Router& router, Guard& guard, Parts& parts);

 private:
  Task<http::Response> start(http::Request& request, Visitor visitor);
  Task<http::Response> list(http::Request& request, Visitor visitor);
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> log(http::Request& request, Visitor visitor);
  Task<http::Response> cancel(http::Request& request, Visitor visitor);
  Task<http::Response> accept(http::Request& request, Visitor visitor);

  Parts& parts_;
};

// Limits of hosts, customers and tags.
class LimitsApi {
 public:
  LimitsApi(http::Router& router, Guard& guard, Parts& parts);

 private:
  Task<http::Response> of_host(http::Request& request, Visitor visitor);
  Task<http::Response> set_for_host(http::Request& request, Visitor visitor);
  Task<http::Response> of_customer(http::Request& request, Visitor visitor);
  Task<http::Response> set_for_customer(http::Request& request, Visitor visitor);
  Task<http::Response> of_tags(http::Request& request, Visitor visitor);
  Task<http::Response> set_for_tag(http::Request& request, Visitor visitor);

  Parts& parts_;
};

// One thing done to many hosts.
class BulkApi {
 public:
  BulkApi(http::Router& router, Guard& guard, Parts& parts);

 private:
  Task<http::Response> run(http::Request& request, Visitor visitor);

  Parts& parts_;
};

class EnrolmentApi {
 public:
  EnrolmentApi(http::Router& router, Guard& guard, Parts& parts);

 private:
  Task<http::Response> make_token(http::Request& request, Visitor visitor);
  Task<http::Response> tokens(http::Request& request, Visitor visitor);
  Task<http::Response> remove_token(http::Request& request, Visitor visitor);
  Task<http::Response> pending(http::Request& request, Visitor visitor);
  Task<http::Response> accept(http::Request& request, Visitor visitor);
  Task<http::Response> reject(http::Request& request, Visitor visitor);

  Guard& guard_;
  Parts& parts_;
};

// GET /api/openapi.json
void add_openapi_route(http::Router& router);

// The body of a request to pause something: {until?, reason?}.
core::Result<store::Pause> read_pause(std::string_view body);

// A report exactly as it was sent; when it was made and came is in the header.
http::Response document_answer(const fleet::ReportDocument& report);

// The command that enrols a host with a token.
std::string enrol_command(std::string_view base_url, std::string_view token);

}  // namespace holdfast::web
