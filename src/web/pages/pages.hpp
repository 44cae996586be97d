#pragma once

#include "guard.hpp"
#include "pages/shell.hpp"
#include "views/enrolment.hpp"
#include "views/host.hpp"
#include "views/repository.hpp"

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

  Guard& guard_;
  Shell& shell_;
};

class FleetPages {
 public:
  FleetPages(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::Response> show(http::Request& request, Visitor visitor);

  Shell& shell_;
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
};

class HostPages {
 public:
  HostPages(http::Router& router, Guard& guard, Shell& shell);

 private:
  // What a failed form gives back to the page.
  struct Problem {
    views::FieldErrors errors;
    std::optional<views::SourceGroupForm> group;
    std::string backup;
  };
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> back_up(http::Request& request, Visitor visitor);
  Task<http::Response> save_group(http::Request& request, Visitor visitor);
  Task<http::Response> remove_group(http::Request& request, Visitor visitor);
  Task<http::Response> link(http::Request& request, Visitor visitor);
  Task<http::Response> unlink(http::Request& request, Visitor visitor);
  Task<http::Response> rename(http::Request& request, Visitor visitor);
  Task<http::Response> rotate(http::Request& request, Visitor visitor);
  Task<http::Response> revoke(http::Request& request, Visitor visitor);
  Task<http::Response> remove(http::Request& request, Visitor visitor);

  Task<http::Response> page(http::Request& request, Visitor visitor, int status, Problem problem);
  Task<http::Response> page_with(http::Request& request, Visitor visitor, core::Error error, std::string field);

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
  Task<http::Response> show(http::Request& request, Visitor visitor);
  Task<http::Response> older_log(http::Request& request, Visitor visitor);
  Task<http::Response> download_log(http::Request& request, Visitor visitor);
  Task<http::Response> cancel(http::Request& request, Visitor visitor);
  Task<http::Response> retry(http::Request& request, Visitor visitor);

  Shell& shell_;
};

// GET /ui/stream and the static files.
class LiveRoutes {
 public:
  LiveRoutes(http::Router& router, Guard& guard, Shell& shell);

 private:
  Task<http::StreamResponse> open(http::Request& request, Visitor visitor);

  Guard& guard_;
  Shell& shell_;
};

void add_asset_routes(http::Router& router);

// Adds a route for people whose handler is a member function.
template <class Pages>
void add_page(http::Router& router, Guard& guard, Pages* pages, std::string_view method, std::string_view pattern,
              Task<http::Response> (Pages::*handler)(http::Request&, Visitor)) {
  router.add(method, pattern, guard.page([pages, handler](http::Request& request, Visitor visitor) {
    return (pages->*handler)(request, std::move(visitor));
  }));
}

// The fields of a sent form; an empty form when the body is none.
http::Form form_of(const http::Request& request);

}  // namespace holdfast::web
