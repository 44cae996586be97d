#pragma once

#include "customers/view.hpp"
#include "enrolment/view.hpp"
#include "fleet/address.hpp"
#include "hosts/view.hpp"
#include "jobs/view.hpp"
#include "kit/guard.hpp"
#include "kit/one_time.hpp"
#include "kit/shell/shell.hpp"
#include "repositories/view.hpp"

// The pages, one class an area. Each handler parses, calls fleet, and renders or redirects.
namespace holdfast::web {

class AccountPages {
 public:
  AccountPages(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::Response> show_setup(http::Request& request);
  Task<http::Response> set_up(http::Request& request);
  Task<http::Response> show_login(http::Request& request);
  Task<http::Response> sign_in(http::Request& request);
  Task<http::Response> sign_out(http::Request& request);
  Task<http::Response> set_theme(http::Request& request);
  Task<http::Response> show_account(http::Request& request, Visitor visitor);
  Task<http::Response> change_password(http::Request& request, Visitor visitor);
  Task<http::Response> account_page(http::Request& request, Visitor visitor, std::optional<core::Error> problem);

  Guard& guard_;
  Shell& shell_;
};

class FleetPages {
 public:
  FleetPages(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> remember(http::Request& request, Visitor visitor);
  Task<http::Response> check_filter(http::Request& request, Visitor visitor);
  Task<http::Response> do_in_bulk(http::Request& request, Visitor visitor);
  Task<http::Response> show_bulk(http::Request& request, Visitor visitor);
  Task<core::Result<views::BulkPage>> run_bulk(http::Request& request, const Visitor& visitor);
  Task<http::StreamResponse> csv(http::Request& request, Visitor visitor);

  // What goes below the tools of `page`.
  Task<http::Response> grid(views::FleetPage page, FleetAddress address, store::FleetQuery query);
  Task<http::Response> table(views::FleetPage page, FleetAddress address, store::FleetQuery query,
                             http::Request& request);
  Task<> write_csv(http::Stream& stream, store::FleetQuery query);

  Guard& guard_;
  Shell& shell_;
  OneTime<views::BulkPage> bulk_results_;
};

class EnrolmentPages {
 public:
  EnrolmentPages(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::Response> show_add(http::Request& request, Visitor visitor);
  Task<http::Response> make_token(http::Request& request, Visitor visitor);
  Task<http::Response> make_host_token(http::Request& request, Visitor visitor);
  Task<http::Response> revoke_token(http::Request& request, Visitor visitor);
  Task<http::Response> show_pending(http::Request& request, Visitor visitor);
  Task<http::Response> accept(http::Request& request, Visitor visitor);
  Task<http::Response> reject(http::Request& request, Visitor visitor);

  Task<http::Response> add_hosts_page(http::Request& request, Visitor visitor, std::optional<views::MintedToken> token);
  Task<http::Response> token_page(http::Request& request, Visitor visitor, std::optional<core::HostId> host);
  Task<http::Response> pending_page(http::Request& request, Visitor visitor, int status,
                                    std::optional<views::ComparePanel> compare);

  Guard& guard_;
  Shell& shell_;
  OneTime<views::MintedToken> minted_tokens_;
};

class HostPages {
 public:
  HostPages(http::Router& router, Guard& guard, Shell& shell);

 private:
  // What a failed form gives back to its page.
  struct Problem {
    int status = 200;
    views::FieldErrors errors;
    std::optional<views::SourceGroupForm> group;
    std::string backup;
    std::string limits;
    std::optional<http::Form> typed;
  };
  enum class Tab { Overview, Backups, Reports, Settings };

  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> show_backups(http::Request& request, Visitor visitor);
  Task<http::Response> show_history(http::Request& request, Visitor visitor);
  Task<http::Response> show_reports(http::Request& request, Visitor visitor);
  Task<http::Response> show_settings(http::Request& request, Visitor visitor);
  Task<http::Response> download_report(http::Request& request, Visitor visitor);

  Task<http::Response> back_up(http::Request& request, Visitor visitor);
  Task<http::Response> save_group(http::Request& request, Visitor visitor);
  Task<core::Result<>> save(core::HostId host, const views::SourceGroupForm& form, fleet::Actor actor);
  Task<http::Response> remove_group(http::Request& request, Visitor visitor);
  Task<http::Response> link(http::Request& request, Visitor visitor);
  Task<http::Response> unlink(http::Request& request, Visitor visitor);
  Task<http::Response> rename(http::Request& request, Visitor visitor);
  Task<http::Response> move(http::Request& request, Visitor visitor);
  Task<http::Response> set_tags(http::Request& request, Visitor visitor);
  Task<http::Response> set_notes(http::Request& request, Visitor visitor);
  Task<http::Response> pause(http::Request& request, Visitor visitor);
  Task<http::Response> resume(http::Request& request, Visitor visitor);
  Task<http::Response> set_needs_backup(http::Request& request, Visitor visitor);
  Task<http::Response> set_limits(http::Request& request, Visitor visitor);
  Task<http::Response> rotate(http::Request& request, Visitor visitor);
  Task<http::Response> revoke(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);

  void add_forms(http::Router& router, Guard& guard);
  // The head of a host's page, with the host; `topics` are beside those of the head.
  Task<core::Result<fleet::HostDetail>> frame(http::Request& request, const Visitor& visitor, Tab tab,
                                              views::HostFrame& frame, std::string topics = {});
  Task<http::Response> backups_page(http::Request& request, Visitor visitor, Problem problem);
  Task<http::Response> settings_page(http::Request& request, Visitor visitor, Problem problem);
  Task<http::Response> settings_with(http::Request& request, Visitor visitor, core::Error error, std::string field);
  // Answers a form of the settings: back to them when it was done, the page with the error otherwise.
  Task<http::Response> finish(http::Request& request, Visitor visitor, core::Result<> result, Flash flash,
                              std::string field);

  Guard& guard_;
  Shell& shell_;
};

class CustomerPages {
 public:
  CustomerPages(http::Router& router, Guard& guard, Shell& shell);

 private:
  struct Problem {
    int status = 200;
    views::FieldErrors errors;
    std::string keys;
    std::string limits;
    std::optional<http::Form> typed;
    std::optional<fleet::MadeKey> made;
  };
  Task<http::Response> list(http::Request& request, Visitor visitor);
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> add(http::Request& request, Visitor visitor);
  Task<http::Response> change(http::Request& request, Visitor visitor);
  Task<http::Response> make_key(http::Request& request, Visitor visitor);
  Task<http::Response> rotate_key(http::Request& request, Visitor visitor);
  Task<http::Response> make_ping_key(http::Request& request, Visitor visitor);
  Task<http::Response> make_heartbeat(http::Request& request, Visitor visitor);
  Task<http::Response> revoke_key(http::Request& request, Visitor visitor);
  Task<http::Response> pause(http::Request& request, Visitor visitor);
  Task<http::Response> resume(http::Request& request, Visitor visitor);
  Task<http::Response> set_limits(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);

  Task<http::Response> list_page(http::Request& request, Visitor visitor, int status, views::CustomerForm form);
  Task<http::Response> page(http::Request& request, Visitor visitor, Problem problem);
  Task<http::Response> page_with(http::Request& request, Visitor visitor, core::Error error, std::string field);
  using MakeKey = Task<core::Result<fleet::MadeKey>> (fleet::Customers::*)(core::CustomerId, fleet::Actor);
  Task<http::Response> make_key_by(http::Request& request, Visitor visitor, MakeKey make);
  // To the page with a key that was just made, or the page with why it was not.
  Task<http::Response> page_with_key(http::Request& request, Visitor visitor, core::Result<fleet::MadeKey> made);

  Guard& guard_;
  Shell& shell_;
  OneTime<fleet::MadeKey> made_keys_;
};

class SettingsPages {
 public:
  SettingsPages(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> set_tag_limits(http::Request& request, Visitor visitor);
  Task<http::Response> page(http::Request& request, Visitor visitor, const core::Error* error);
  Task<http::Response> confirm_clock(http::Request& request, Visitor visitor);

  Shell& shell_;
};

// The manual of this version, for who is signed in.
class ManualPages {
 public:
  ManualPages(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::Response> begin(http::Request& request, Visitor visitor);
  Task<http::Response> show(http::Request& request, Visitor visitor);

  Shell& shell_;
};

// GET /ui/palette
class PaletteRoutes {
 public:
  PaletteRoutes(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::Response> find(http::Request& request, Visitor visitor);

  Shell& shell_;
};

class RepositoryPages {
 public:
  RepositoryPages(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::Response> list(http::Request& request, Visitor visitor);
  Task<http::Response> show_new(http::Request& request, Visitor visitor);
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> add(http::Request& request, Visitor visitor);
  Task<http::Response> change(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);
  Task<http::Response> test(http::Request& request, Visitor visitor);
  Task<http::Response> save(http::Request& request, Visitor visitor, std::optional<core::RepositoryId> id);
  // The form once more, with what was typed and what is wrong with it.
  Task<http::Response> again(http::Request& request, Visitor visitor, core::Error error, std::string field);
  // The page of one repository; `form` is what was typed before, if anything.
  Task<http::Response> page(http::Request& request, Visitor visitor, int status,
                            std::optional<views::RepositoryForm> form, views::FieldErrors errors);

  Shell& shell_;
};

class JobPages {
 public:
  JobPages(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::Response> list(http::Request& request, Visitor visitor);
  Task<void> list_ended(views::JobsPage& page, store::JobFilter filter);
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> older_log(http::Request& request, Visitor visitor);
  Task<http::Response> download_log(http::Request& request, Visitor visitor);
  Task<http::Response> cancel(http::Request& request, Visitor visitor);
  Task<http::Response> accept(http::Request& request, Visitor visitor);
  Task<http::Response> retry(http::Request& request, Visitor visitor);

  Shell& shell_;
};

// GET /ui/stream, and GET /ui/now for browsers that cannot have a stream.
class LiveRoutes {
 public:
  LiveRoutes(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::StreamResponse> open(http::Request& request, Visitor visitor);
  Task<http::Response> now(http::Request& request, Visitor visitor);

  Guard& guard_;
  Shell& shell_;
};

void add_asset_routes(http::Router& router);

// Adds a route for people whose handler is a member function.
template <class Pages>
void add_page(http::Router& router, Guard& guard, Pages* pages, std::string_view method, std::string_view pattern,
              Task<http::Response> (Pages::*handler)(http::Request&, Visitor)) {
  const auto handle = [pages, handler](http::Request& request, Visitor visitor) {
    return (pages->*handler)(request, std::move(visitor));
  };
  router.add(method, pattern, guard.page(handle), {.ends_with_client = method == "GET"});
}

// When a pause ends, as a form sends it: RFC 3339, or in UTC without a zone. Empty: without an end.
core::Result<std::optional<core::Time>> read_pause_end(std::string_view text);
// What was typed, as its field takes it: in UTC, to the minute; empty when it was no time.
std::string pause_end_field(std::string_view typed);

// The fields of a sent form; an empty form when the body is none.
http::Form form_of(const http::Request& request);

}  // namespace holdfast::web
