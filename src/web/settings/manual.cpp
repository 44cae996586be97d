#include "kit/render/manual.hpp"

#include <fmt/format.h>

#include "kit/handlers.hpp"
#include "settings/manual.hpp"
#include "settings/manual_view.hpp"
#include "templates.hpp"

namespace holdfast::web {
namespace {

std::vector<views::ManualPart> show_parts(const ManualChapter& current) {
  std::vector<views::ManualPart> parts;
  for (const auto& chapter : manual()) {
    if (parts.empty() || parts.back().name != chapter.section) parts.push_back({std::string(chapter.section), {}});
    const bool is_current = chapter.path == current.path;
    parts.back().chapters.push_back({std::string(chapter.title), manual_url(chapter.path), std::nullopt, is_current});
  }
  return parts;
}

}  // namespace

ManualPages::ManualPages(http::Router& router, Guard& guard, Shell& shell) : shell_(shell) {
  add_page(router, guard, this, "GET", "/manual", &ManualPages::begin);
  add_page(router, guard, this, "GET", "/manual/{section}/{chapter}", &ManualPages::show);
}

Task<http::Response> ManualPages::begin(http::Request&, Visitor) {
  co_return http::redirect(manual_url(manual().front().path).text());
}

Task<http::Response> ManualPages::show(http::Request& request, Visitor visitor) {
  const auto* const chapter =
      find_chapter(fmt::format("{}/{}", request.parameter("section"), request.parameter("chapter")));
  if (!chapter) co_return error_page(shell_, request, 404, "no_such_chapter", "The manual has no such chapter.");
  views::ManualPage page;
  page.page = co_await shell_.page(request, visitor, std::string(chapter->title), views::Section::Manual);
  page.section = chapter->section;
  page.title = chapter->title;
  page.text = views::SafeHtml(std::string(chapter->html));
  page.parts = show_parts(*chapter);
  co_return render(200, render_manual_page, page);
}

}  // namespace holdfast::web
