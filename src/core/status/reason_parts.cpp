#include "core/status/status.hpp"

namespace holdfast::core {

ReasonParts parts_of_reason(std::string_view reason) {
  constexpr std::string_view kSince = " since ";
  const auto begin = reason.find(kSince);
  const bool is_silence = reason.starts_with("No report since ") || reason.starts_with("Not heard from since ") ||
                          reason.starts_with("No ping since ");
  if (!is_silence) return {reason, std::nullopt, {}};
  const auto rest = reason.substr(begin + kSince.size());
  const auto moment = rest.substr(0, rest.find(';'));
  const auto since = parse_time(moment);
  if (!since) return {reason, std::nullopt, {}};
  return {reason.substr(0, begin + 1), since, rest.substr(moment.size())};
}

}  // namespace holdfast::core
