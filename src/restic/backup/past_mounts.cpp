#include "backup/past_mounts.hpp"

#include <boost/json.hpp>

#include "runtime/files/files.hpp"
#include "runtime/secrets/crypto.hpp"

namespace holdfast::restic {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostBytes = 16 * 1024 * 1024;

std::string name_of(const core::SourceSet& sources, std::string_view accepted) {
  std::string all;
  for (const auto* list : {&sources.paths, &sources.excludes, &sources.tags}) {
    for (const auto& text : *list) (all += text) += '\0';
    all += '\0';
  }
  all += accepted;
  return runtime::to_hex(runtime::sha256(all));
}

bool is_below(std::string_view path, std::string_view folder) {
  return folder == "/" || path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

}  // namespace

std::map<std::string, std::string> parse_past_mounts(std::string_view text, std::string_view of) {
  std::map<std::string, std::string> mounts;
  json::error_code failed;
  const auto value = text.size() > kMostBytes ? json::value() : json::parse(text, failed);
  const auto* object = value.if_object();
  const auto* sources = object ? object->if_contains("sources") : nullptr;
  const auto* kept = object ? object->if_contains("mounts") : nullptr;
  const auto* name = sources ? sources->if_string() : nullptr;
  if (failed || !name || std::string_view(*name) != of || !kept || !kept->is_object()) return mounts;
  for (const auto& entry : kept->get_object()) {
    const auto* mount = entry.value().if_string();
    if (mount) mounts.emplace(std::string_view(entry.key()), std::string_view(*mount));
  }
  return mounts;
}

PastMounts::PastMounts(const std::filesystem::path& folder, std::string_view plan, const core::SourceSet& sources,
                       std::string_view accepted) {
  if (folder.empty() || plan.empty()) return;
  file_ = folder / (std::string(plan) + ".json");
  of_ = name_of(sources, accepted);
  std::error_code unreadable;
  if (!std::filesystem::is_regular_file(file_, unreadable)) return;
  try {
    mounts_ = parse_past_mounts(runtime::read_file(file_).value_or(""), of_);
  } catch (const std::system_error&) {
    // As good as none: the backup is worth more than what it is compared with.
  }
}

std::string PastMounts::lost(const std::string& source, std::string_view present) const {
  const auto past = mounts_.find(source);
  if (past == mounts_.end() || present.empty() || past->second == present) return {};
  return is_below(past->second, present) ? past->second : std::string();
}

void PastMounts::note(const std::string& source, const std::string& present) {
  if (file_.empty() || present.empty() || !lost(source, present).empty()) return;
  auto& kept = mounts_[source];
  changed_ |= kept != present;
  kept = present;
}

void PastMounts::save() const {
  if (!changed_) return;
  json::object mounts;
  for (const auto& [source, mount] : mounts_) mounts[source] = mount;
  const auto text = json::serialize(json::object{{"sources", of_}, {"mounts", std::move(mounts)}});
  runtime::make_private_directory(file_.parent_path());
  runtime::write_file_atomically(file_, text, runtime::Durability::Survives_crash);
}

}  // namespace holdfast::restic
