#pragma once

#include <span>
#include <string_view>

// The static files of the pages, part of the program.
namespace holdfast::web {

struct Asset {
  std::string_view name;         // "app.css"
  std::string_view hashed_path;  // "/assets/app-1a2b3c4d5e6f.css": changes with the content, may be cached for ever
  std::string_view content_type;
  std::string_view bytes;
  std::string_view gzip_bytes;  // empty where packing gains nothing
};

std::span<const Asset> assets();

// By name; it must be one of them.
const Asset& asset_named(std::string_view name);

// By "/assets/…" path; nothing when there is none.
const Asset* find_asset(std::string_view hashed_path);

}  // namespace holdfast::web
