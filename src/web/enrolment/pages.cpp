#include <fmt/format.h>

#include <algorithm>

#include "enrolment/install.hpp"
#include "enrolment/pages.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/one_time.hpp"
#include "kit/show.hpp"
#include "templates.hpp"
#include "text/ascii.hpp"

namespace holdfast::web {
namespace {

std::string announce_command(std::string_view base_url) {
  return fmt::format("holdfast-agent announce --hub {} && systemctl enable --now holdfast-agent", base_url);
}

// A fingerprint as people paste it: groups, colons, capitals.
std::string only_hex(std::string_view text) {
  std::string hex;
  for (const char c : text::to_lower_ascii(text)) {
    if (text::is_digit(c) || (c >= 'a' && c <= 'f')) hex += c;
  }
  return hex;
}

const fleet::PendingHost* find_pending(const std::vector<fleet::PendingHost>& all, std::string_view id) {
  const auto found =
      std::ranges::find_if(all, [&](const auto& pending) { return pending.announcement.id.text() == id; });
  return found == all.end() ? nullptr : &*found;
}

// Accepting needs the fingerprint as the machine showed it, or the word that it was compared by eye.
std::string fingerprint_problem(const http::Form& form, const std::string& fingerprint) {
  const std::string pasted = only_hex(form.get("fingerprint"));
  if (pasted.empty() && form.get("by_eye") != "yes")
    return "Paste the fingerprint that the host shows, or confirm that you have compared it by eye.";
  if (!pasted.empty() && pasted != fingerprint) return "This is not the fingerprint of this host. Do not approve it.";
  return {};
}

}  // namespace

EnrolmentPages::EnrolmentPages(http::Router& router, Guard& guard, Shell& shell, const runtime::Clock& clock,
                               fleet::Enrolment& enrolment, fleet::Hosts& hosts, const Settings& settings)
    : guard_(guard), shell_(shell), clock_(clock), enrolment_(enrolment), hosts_(hosts), settings_(settings) {
  add_page(router, guard, this, "GET", "/hosts/add", &EnrolmentPages::show_add);
  add_page(router, guard, this, "POST", "/hosts/add", &EnrolmentPages::make_token);
  add_page(router, guard, this, "POST", "/hosts/{id}/token", &EnrolmentPages::make_host_token);
  add_page(router, guard, this, "POST", "/hosts/tokens/{id}/revoke", &EnrolmentPages::revoke_token);
  add_page(router, guard, this, "GET", "/hosts/pending", &EnrolmentPages::show_pending);
  add_page(router, guard, this, "POST", "/hosts/pending/{id}/accept", &EnrolmentPages::accept);
  add_page(router, guard, this, "POST", "/hosts/pending/{id}/reject", &EnrolmentPages::reject);
}

Task<http::Response> EnrolmentPages::show_add(http::Request& request, Visitor visitor) {
  auto token = minted_tokens_.take(request.query_value(kShownOnce), guard_.session_token(request), clock_.steady());
  const bool has_secret = token.has_value();
  auto response = co_await add_hosts_page(request, std::move(visitor), std::move(token));
  if (has_secret) set_secret(response);
  co_return response;
}

Task<http::Response> EnrolmentPages::add_hosts_page(http::Request& request, Visitor visitor,
                                                    std::optional<views::MintedToken> token) {
  views::AddHostPage page;
  const std::string topics = token ? "pending,enrolment:" + token->id : "pending";
  page.page = co_await shell_.page(request, visitor, "Add hosts", views::Section::AddHosts, topics);
  page.page.here = views::Url("/hosts/add");
  page.announce_command = announce_command(guard_.base_url(request));
  page.local_address = guard_.is_local_address(request);
  page.now = page.page.now;
  const auto tokens = co_await enrolment_.tokens();
  for (const auto& open : tokens) {
    if (token && token->id == open.id.text()) continue;
    page.open_tokens.push_back({open.id.text(), open.created_by, open.created_at, open.expires_at, {}});
  }
  page.token = std::move(token);
  co_return render(200, render_add_host_page, page);
}

Task<http::Response> EnrolmentPages::token_page(http::Request& request, Visitor visitor,
                                                std::optional<core::HostId> host) {
  std::string host_name;
  if (host) {
    const auto overview = co_await hosts_.find(*host);
    if (overview) host_name = overview->host.name;
  }
  const auto made = co_await enrolment_.make_token(host, visitor.actor());
  if (!made) co_return error_page(shell_, request, made.error());
  views::MintedToken minted{made->id.text(), install_command(settings_, guard_.base_url(request), made->token),
                            made->expires_at, std::move(host_name)};
  const auto id = minted_tokens_.put(guard_.session_token(request), std::move(minted), clock_.steady());
  co_return http::redirect(views::Url("/hosts/add").query(kShownOnce, id).text());
}

Task<http::Response> EnrolmentPages::make_token(http::Request& request, Visitor visitor) {
  return token_page(request, std::move(visitor), std::nullopt);
}

Task<http::Response> EnrolmentPages::make_host_token(http::Request& request, Visitor visitor) {
  auto host = path_id<core::HostId>(request);
  if (!host) co_return error_page(shell_, request, host.error());
  co_return co_await token_page(request, std::move(visitor), *std::move(host));
}

Task<http::Response> EnrolmentPages::revoke_token(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::EnrolmentTokenId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto removed = co_await enrolment_.remove_token(*id, visitor.actor());
  if (!removed) co_return error_page(shell_, request, removed.error());
  co_return redirect_with(Flash::TokenRevoked, views::Url("/hosts/add"));
}

Task<http::Response> EnrolmentPages::pending_page(http::Request& request, Visitor visitor, int status,
                                                  std::optional<views::ComparePanel> compare) {
  views::PendingPage page;
  page.page = co_await shell_.page(request, visitor, "Hosts to approve", views::Section::AddHosts, "pending");
  page.now = page.page.now;
  page.announce_command = announce_command(guard_.base_url(request));
  page.local_address = guard_.is_local_address(request);
  const auto waiting = co_await enrolment_.pending();
  for (const auto& pending : waiting) page.list.hosts.push_back(web::show_pending(pending, waiting, page.now));
  const auto rejected = co_await enrolment_.rejected();
  for (const auto& machine : rejected) page.rejected.push_back(show_rejected(machine));
  page.compare = std::move(compare);
  co_return render(status, render_pending_page, page);
}

Task<http::Response> EnrolmentPages::show_pending(http::Request& request, Visitor visitor) {
  std::optional<views::ComparePanel> compare;
  const auto waiting = co_await enrolment_.pending();
  if (const auto* pending = find_pending(waiting, request.query_value("compare"))) {
    compare =
        views::ComparePanel{web::show_pending(*pending, waiting, clock_.now()), pending->announcement.name, {}, {}};
  }
  co_return co_await pending_page(request, std::move(visitor), 200, std::move(compare));
}

Task<http::Response> EnrolmentPages::accept(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::AnnouncementId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto form = form_of(request);
  const auto waiting = co_await enrolment_.pending();
  const auto* pending = find_pending(waiting, id->text());
  if (!pending)
    co_return error_page(shell_, request, 404, "no_such_announcement",
                         "This host is no longer waiting: it was approved or rejected, or its announcement expired.");
  views::ComparePanel compare{web::show_pending(*pending, waiting, clock_.now()),
                              std::string(form.get("name")),
                              std::string(form.get("fingerprint")),
                              {}};
  if (auto problem = fingerprint_problem(form, pending->fingerprint); !problem.empty()) {
    compare.errors.all.push_back({"fingerprint", std::move(problem)});
    co_return co_await pending_page(request, std::move(visitor), 422, std::move(compare));
  }
  const auto host = co_await enrolment_.accept(*id, compare.name, visitor.actor());
  if (!host) {
    compare.errors.all.push_back({"name", host.error().message});
    co_return co_await pending_page(request, std::move(visitor), status_of(host.error().kind), std::move(compare));
  }
  views::Url target("/hosts");
  target.segment(host->text());
  co_return redirect_with(Flash::Accepted, target);
}

Task<http::Response> EnrolmentPages::reject(http::Request& request, Visitor visitor) {
  const auto id = path_id<core::AnnouncementId>(request);
  if (!id) co_return error_page(shell_, request, id.error());
  const auto rejected = co_await enrolment_.reject(*id, visitor.actor());
  if (!rejected) co_return error_page(shell_, request, rejected.error());
  co_return redirect_with(Flash::Rejected, views::Url("/hosts/pending"));
}

}  // namespace holdfast::web
