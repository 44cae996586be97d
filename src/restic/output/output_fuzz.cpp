#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "backup/past_mounts.hpp"
#include "output/output.hpp"
#include "process/failure.hpp"

// What restic printed, line by line, and what becomes of it. Also the one file that the agent keeps about sources.
namespace {

using namespace holdfast::restic;

void read(std::string_view line, ErrorTail& tail) {
  const auto parsed = parse_line(line);
  if (const auto* status = std::get_if<Status>(&parsed)) {
    if (!(status->fraction >= 0 && status->fraction <= 1)) std::abort();
  }
  if (const auto* summary = std::get_if<Summary>(&parsed)) {
    if (summary_lines(*summary).size() != 5) std::abort();
  }
  if (const auto* text = std::get_if<Text>(&parsed)) tail.add(plain_line(text->text));
  if (const auto* fatal = std::get_if<Fatal>(&parsed)) tail.add(plain_line(fatal->message));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  ErrorTail tail;
  for (auto rest = input; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    read(rest.substr(0, end), tail);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const Redactor redactor{holdfast::core::RepositoryAccess{}};
  for (const int code : {0, 1, 3, 11}) {
    if (classify({.code = code, .signal = {}}, tail, redactor).code.empty()) std::abort();
  }
  if (unanswered(tail, redactor).code.empty()) std::abort();
  parse_past_mounts(input, "sources");
  return 0;
}
