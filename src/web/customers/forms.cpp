#include <fmt/format.h>

#include "customers/keys_api.hpp"
#include "customers/pages.hpp"
#include "hosts/limits/limits_form.hpp"
#include "hosts/pauses.hpp"
#include "kit/answers.hpp"
#include "kit/handlers.hpp"
#include "kit/show.hpp"
#include "text/ascii.hpp"

namespace holdfast::web {
namespace {

std::string slug_of(const http::Request& request) {
  return std::string(request.parameter("customer"));
}

}  // namespace

Task<http::Response> CustomerPages::change(http::Request& request, Visitor visitor) {
  auto& customers = customers_;
  const auto detail = co_await customers.find(slug_of(request));
  if (!detail) co_return error_page(shell_, request, detail.error());
  const auto form = form_of(request);
  const auto changed = co_await customers.change(detail->row.customer.id, std::string(text::trim(form.get("name"))),
                                                 std::string(form.get("notes")), visitor.actor());
  if (changed) co_return redirect_with(Flash::Saved, customer_url(detail->row.customer.slug));
  std::string field = changed.error().code.starts_with("notes") ? "notes" : "name";
  co_return co_await page_with(request, std::move(visitor), changed.error(), std::move(field));
}

Task<http::Response> CustomerPages::make_key_by(http::Request& request, Visitor visitor, MakeKey make) {
  auto& customers = customers_;
  const auto detail = co_await customers.find(slug_of(request));
  if (!detail) co_return error_page(shell_, request, detail.error());
  auto made = co_await (customers.*make)(detail->row.customer.id, visitor.actor());
  co_return co_await page_with_key(request, std::move(visitor), std::move(made));
}

Task<http::Response> CustomerPages::make_key(http::Request& request, Visitor visitor) {
  return make_key_by(request, std::move(visitor), &fleet::Customers::make_key);
}

Task<http::Response> CustomerPages::rotate_key(http::Request& request, Visitor visitor) {
  return make_key_by(request, std::move(visitor), &fleet::Customers::rotate_key);
}

Task<http::Response> CustomerPages::make_ping_key(http::Request& request, Visitor visitor) {
  return make_key_by(request, std::move(visitor), &fleet::Customers::make_ping_key);
}

Task<http::Response> CustomerPages::make_heartbeat(http::Request& request, Visitor visitor) {
  auto& customers = customers_;
  const auto detail = co_await customers.find(slug_of(request));
  if (!detail) co_return error_page(shell_, request, detail.error());
  const auto form = form_of(request);
  const auto every = read_every(form.get("every"));
  core::Result<fleet::MadeKey> made =
      core::fail(core::ErrorKind::Invalid, "every_invalid",
                 fmt::format("“{}” is no time such as 90m, 26h or 7d.", text::trim(form.get("every"))));
  if (every)
    made = co_await customers.make_heartbeat(detail->row.customer.id, std::string(form.get("host")), *every,
                                             visitor.actor());
  co_return co_await page_with_key(request, std::move(visitor), std::move(made));
}

Task<http::Response> CustomerPages::revoke_key(http::Request& request, Visitor visitor) {
  auto& customers = customers_;
  const auto detail = co_await customers.find(slug_of(request));
  if (!detail) co_return error_page(shell_, request, detail.error());
  const auto key = path_id<core::CustomerKeyId>(request, "key");
  if (!key) co_return error_page(shell_, request, key.error());
  const auto revoked = co_await customers.revoke_key(detail->row.customer.id, *key, visitor.actor());
  if (!revoked) co_return error_page(shell_, request, revoked.error());
  co_return redirect_with(Flash::KeyRevoked, customer_url(detail->row.customer.slug));
}

Task<http::Response> CustomerPages::pause(http::Request& request, Visitor visitor) {
  auto& customers = customers_;
  const auto detail = co_await customers.find(slug_of(request));
  if (!detail) co_return error_page(shell_, request, detail.error());
  const auto form = form_of(request);
  const auto until = read_pause_end(form.get("until"));
  if (!until) co_return co_await page_with(request, std::move(visitor), until.error(), "until");
  core::Pause pause;
  pause.until = *until;
  pause.reason = text::trim(form.get("reason"));
  const auto paused = co_await customers.pause(detail->row.customer.id, std::move(pause), visitor.actor());
  if (paused) co_return redirect_with(Flash::Paused, customer_url(detail->row.customer.slug));
  std::string field = paused.error().code.starts_with("reason") ? "reason" : "until";
  co_return co_await page_with(request, std::move(visitor), paused.error(), std::move(field));
}

Task<http::Response> CustomerPages::resume(http::Request& request, Visitor visitor) {
  auto& customers = customers_;
  const auto detail = co_await customers.find(slug_of(request));
  if (!detail) co_return error_page(shell_, request, detail.error());
  const auto resumed = co_await customers.pause(detail->row.customer.id, std::nullopt, visitor.actor());
  if (!resumed) co_return error_page(shell_, request, resumed.error());
  co_return redirect_with(Flash::Resumed, customer_url(detail->row.customer.slug));
}

Task<http::Response> CustomerPages::remove(http::Request& request, Visitor visitor) {
  auto& customers = customers_;
  const auto detail = co_await customers.find(slug_of(request));
  if (!detail) co_return error_page(shell_, request, detail.error());
  const auto& slug = detail->row.customer.slug;
  const auto form = form_of(request);
  if (form.get("typed") != slug) {
    core::Error error{core::ErrorKind::Invalid, "typed_wrong", fmt::format("Type the ID of the customer: {}", slug)};
    co_return co_await page_with(request, std::move(visitor), std::move(error), "typed");
  }
  const auto removed = co_await customers.remove(detail->row.customer.id, visitor.actor());
  if (!removed) co_return co_await page_with(request, std::move(visitor), removed.error(), "typed");
  co_return redirect_with(Flash::Removed, views::Url("/customers"));
}

Task<http::Response> CustomerPages::set_limits(http::Request& request, Visitor visitor) {
  const auto detail = co_await customers_.find(slug_of(request));
  if (!detail) co_return error_page(shell_, request, detail.error());
  Problem problem;
  problem.typed = form_of(request);
  const auto limits = read_limits(*problem.typed);
  core::Result<> set;
  if (limits)
    set = co_await hosts_.set_customer_limits(detail->row.customer.id, *limits, visitor.actor());
  else
    set = std::unexpected(limits.error());
  if (set) co_return redirect_with(Flash::Saved, customer_url(detail->row.customer.slug));
  problem.status = status_of(set.error().kind);
  problem.limits = set.error().message;
  co_return co_await page(request, std::move(visitor), std::move(problem));
}

}  // namespace holdfast::web
