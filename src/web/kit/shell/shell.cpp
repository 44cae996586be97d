#include "kit/shell/shell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "kit/render/manual.hpp"
#include "templates.hpp"

namespace holdfast::web {
namespace {

constexpr std::string_view kFlashCookie = "holdfast_flash";

views::Theme theme_of(const http::Request& request) {
  const auto theme = http::cookie(request, "theme").value_or("");
  if (theme == "light") return views::Theme::Light;
  if (theme == "dark") return views::Theme::Dark;
  return views::Theme::System;
}

struct FlashText {
  Flash flash;
  std::string_view name;
  std::string_view text;
  std::string_view link_text = {};  // empty: no link
  views::LocalPath link = "/";
};
constexpr std::array<FlashText, 22> kFlashTexts{{
    {Flash::Saved, "saved", "Saved."},
    {Flash::RepositoryAdded, "repository-added", "Saved. The next step is a host that backs up to it.", "Choose a host",
     "/"},
    {Flash::Removed, "removed", "Deleted."},
    {Flash::Linked, "linked", "The repository is linked to this host."},
    {Flash::Protected, "protected", "The host backs up every night from now on."},
    {Flash::Unlinked, "unlinked", "The repository is no longer linked to this host. Its snapshots stay."},
    {Flash::Renamed, "renamed", "The host has its new name."},
    {Flash::Rotated, "rotated", "A new agent token was requested. The old one expires when the new one is in use."},
    {Flash::Revoked, "revoked",
     "The agent token is revoked. The host and its history stay; enrol the agent again to reconnect it."},
    {Flash::Accepted, "accepted", "The host is approved."},
    {Flash::Rejected, "rejected", "Rejected. This key is refused for 30 days."},
    {Flash::TokenRevoked, "token-revoked", "The token is no longer valid."},
    {Flash::SignedOut, "signed-out", "You are signed out."},
    {Flash::Moved, "moved", "The host belongs to this customer, with its history."},
    {Flash::Paused, "paused", "Paused. Monitoring is suppressed; reports and backups continue."},
    {Flash::Resumed, "resumed", "Resumed. It is judged as any other again."},
    {Flash::KeyRevoked, "key-revoked", "The key is revoked. Reports with it are refused."},
    {Flash::CustomerAdded, "customer-added", "The customer exists. The next step is a key, or a host."},
    {Flash::Cancelled, "cancelled", "The agent was asked to stop the job."},
    {Flash::PasswordChanged, "password-changed", "Your password is changed. All other sessions are signed out."},
    {Flash::ClockConfirmed, "clock-confirmed", "The clock is taken for right. Old data is removed again as it is set."},
    {Flash::Unqueued, "unqueued", "The job is removed from the queue."},
}};

std::string_view heading_of(int status) {
  switch (status) {
    case 400:
      return "This request could not be read";
    case 401:
      return "You are signed out";
    case 403:
      return "This is not allowed";
    case 404:
      return "There is no such page";
    case 405:
      return "Method not allowed";
    case 409:
      return "Conflict";
    case 410:
      return "This has expired";
    case 413:
      return "That was too large";
    case 422:
      return "Something in the form is invalid";
    case 429:
      return "Too many requests";
    case 503:
      return "The hub is busy";
    case 507:
      return "The disk of the hub is full";
    default:
      return status < 500 ? "This did not work" : "The hub failed to answer";
  }
}

}  // namespace

views::Url manual_url(std::string_view chapter) {
  views::Url url("/manual");
  const auto mark = std::min(chapter.find('#'), chapter.size());
  const auto slash = chapter.find('/');
  url.segment(chapter.substr(0, slash)).segment(chapter.substr(slash + 1, mark - slash - 1));
  return mark == chapter.size() ? url : url.fragment(chapter.substr(mark + 1));
}

views::Url stream_url(std::string_view topics, std::uint64_t after) {
  views::Url url("/ui/stream");
  url.query("topics", topics.empty() ? "pulse" : fmt::format("pulse,{}", topics));
  if (after > 0) url.query("after", after);
  return url;
}

Task<views::Page> Shell::page(const http::Request& request, const Visitor& visitor, std::string title,
                              views::Section section, std::string topics) {
  views::Page page;
  page.title = std::move(title);
  page.section = section;
  page.theme = theme_of(request);
  page.here = views::Url::from_request(request.method == "GET" ? request.target : std::string_view("/"));
  page.now = clock_.now();
  page.user = visitor.identity.name;
  page.auth_disabled = settings_.auth_disabled;
  page.lived_until = clock_guard_.lived_until();
  page.version = settings_.version;
  page.pulse = co_await pulse_.read();
  page.notice = flash_notice(request);
  page.manual = manual_url(chapter_of(request.path));
  page.stream = stream_url(topics);
  co_return page;
}

void Shell::remember(const http::Request& request, const views::ErrorText& error) const {
  if (const auto found = errors_.find(&request); found != errors_.end()) found->second = error;
}

Task<std::string> Shell::framed(const http::Request& request, const Visitor& visitor, views::ErrorText error) {
  views::FramedErrorPage framed;
  framed.page = co_await page(request, visitor, error.heading, views::Section::None);
  framed.page.manual = manual_url("guide/troubleshooting");
  framed.text = std::move(error);
  std::string html;
  render_framed_error_page(html, framed);
  co_return html;
}

views::BarePage Shell::bare(const http::Request& request, std::string title) const {
  return {std::move(title), theme_of(request), settings_.version};
}

http::Response error_page(const Shell& shell, const http::Request& request, int status, std::string_view code,
                          std::string_view message) {
  constexpr std::array<std::string_view, 3> kOfPrograms{"/api/", "/ws/", "/ping/"};
  if (std::ranges::any_of(kOfPrograms, [&](auto begin) { return request.path.starts_with(begin); }))
    return error_response(status, code, message);
  views::ErrorText text{status, std::string(heading_of(status)), std::string(message), request.id};
  if (request.method == "GET" && (status == 429 || status >= 500))
    text.retry = views::Url::from_request(request.target);
  shell.remember(request, text);
  return render(status, render_error_page, views::ErrorPage{shell.bare(request, text.heading), text});
}

http::Response error_page(const Shell& shell, const http::Request& request, const core::Error& error) {
  auto response = error_page(shell, request, status_of(error.kind), error.code, error.message);
  set_retry_after(response, error);
  return response;
}

http::Response redirect_with(Flash flash, const views::Url& target) {
  auto response = http::redirect(target.text());
  for (const auto& known : kFlashTexts) {
    if (known.flash != flash) continue;
    response.headers.add("Set-Cookie",
                         fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age=20", kFlashCookie, known.name));
  }
  return response;
}

std::optional<views::Notice> flash_notice(const http::Request& request) {
  const auto name = http::cookie(request, kFlashCookie);
  for (const auto& known : kFlashTexts) {
    if (name == known.name)
      return views::Notice{views::Tone::Ok, std::string(known.text), {}, known.link, std::string(known.link_text)};
  }
  return std::nullopt;
}

void clear_flash(const http::Request& request, http::Response& response) {
  const bool shown = response.headers.get("Content-Type").starts_with("text/html");
  if (!shown || !http::cookie(request, kFlashCookie)) return;
  response.headers.add("Set-Cookie", fmt::format("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0", kFlashCookie));
}

}  // namespace holdfast::web
