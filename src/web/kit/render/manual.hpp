#pragma once

#include <span>
#include <string_view>

// The guide and the reference of docs/, as the program carries them.
namespace holdfast::web {

struct ManualChapter {
  std::string_view section;  // "Guide"
  std::string_view path;     // "guide/fleet"
  std::string_view title;
  std::string_view html;  // without its title
};

// In their order.
std::span<const ManualChapter> manual();
// Nothing when there is none.
const ManualChapter* find_chapter(std::string_view path);
// The path of the chapter, perhaps with a heading, that tells of the page at `page`: "guide/fleet#a-host" of
// "/hosts/01JD".
std::string_view chapter_of(std::string_view page);

}  // namespace holdfast::web
