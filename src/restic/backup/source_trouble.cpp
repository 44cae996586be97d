#include "backup/source_trouble.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <span>

namespace holdfast::restic {
namespace {

constexpr std::size_t kMaxNamed = 3;

// `one` and `many` have a place for the path or paths, and may have one for the detail of the first.
struct Words {
  SourceTrouble trouble;
  std::string_view code;
  std::string_view one;
  std::string_view many;
  std::string_view next_step;
};

constexpr std::array<Words, 7> kWords{{
    {SourceTrouble::Not_mounted, "source_not_mounted", "{0} was on the mount point {1}, where nothing is mounted.",
     "{0} were on mount points where nothing is mounted, such as {1}.",
     "Mount it again, then back up again. If the folder is meant to be a plain one from now on, accept this backup on "
     "its page, or change the source group."},
    {SourceTrouble::Missing, "source_missing", "{0} does not exist on this host.", "{0} do not exist on this host.",
     "Check the paths, and that the disks they are on are mounted."},
    {SourceTrouble::Unreachable, "source_unreachable", "{0} cannot be read: {1}.", "{0} cannot be read: {1}.",
     "Repair or mount again what the path leads over, or give the agent's user the right to read it; then back up "
     "again."},
    {SourceTrouble::Silent, "source_silent", "{0} does not answer; is it a network folder that is away?",
     "{0} do not answer; are they network folders that are away?",
     "Check that the servers they are on can be reached, then back up again."},
    {SourceTrouble::Empty, "source_empty", "{0} is an empty folder.", "{0} are empty folders.",
     "Check that the disk or network folder that belongs there is mounted. If it is right that nothing is there, "
     "remove "
     "the path from the source group."},
    {SourceTrouble::Only_a_link, "source_is_link", "{0} is only a link to {1}, which is not backed up with it.",
     "{0} are only links, and what they lead to, such as {1}, is not backed up with them.",
     "Enter the path that the link leads to into the source group, in its place or beside it."},
    {SourceTrouble::Special_file, "source_is_special", "{0} is a {1}, which holds no data to back up.",
     "{0} are pipes, sockets or devices, which hold no data to back up.",
     "Remove the path from the source group, or enter the folder or file that has the data."},
}};

const Words& words_in(SourceTrouble trouble) {
  return *std::ranges::find(kWords, trouble, &Words::trouble);
}

std::string name_some(std::span<const TroubledSource* const> sources) {
  std::vector<std::string_view> shown;
  for (const auto* source : sources.first(std::min(sources.size(), kMaxNamed))) shown.push_back(source->path);
  const auto rest = sources.size() - shown.size();
  const auto names = fmt::format("{}", fmt::join(shown, ", "));
  return rest ? fmt::format("{} and {} more", names, rest) : names;
}

std::string sentence(const Words& words, std::span<const TroubledSource* const> sources) {
  const auto form = sources.size() == 1 ? words.one : words.many;
  return fmt::format(fmt::runtime(form), name_some(sources), sources.front()->detail);
}

std::vector<const TroubledSource*> those_with(SourceTrouble trouble, const std::vector<TroubledSource>& sources) {
  std::vector<const TroubledSource*> found;
  for (const auto& source : sources) {
    if (source.trouble == trouble) found.push_back(&source);
  }
  return found;
}

}  // namespace

std::string sentence_of(const TroubledSource& source) {
  return sentence(words_in(source.trouble), std::array{&source});
}

std::string sentences_of(const std::vector<TroubledSource>& sources) {
  std::vector<std::string> sentences;
  for (const auto& words : kWords) {
    const auto some = those_with(words.trouble, sources);
    if (!some.empty()) sentences.push_back(sentence(words, some));
  }
  return fmt::format("{}", fmt::join(sentences, " "));
}

core::JobFailure sources_failure(const std::vector<TroubledSource>& sources, bool has_snapshot) {
  assert(!sources.empty());
  const auto& words = words_in(std::ranges::min(sources, {}, &TroubledSource::trouble).trouble);
  auto message = sentences_of(sources);
  if (has_snapshot) message += " The snapshot has the rest.";
  return {std::string(words.code), std::move(message), std::string(words.next_step), ""};
}

}  // namespace holdfast::restic
