#include <cstdint>

#include "config/config_yaml.hpp"

// Any text as the content of a configuration file: read or refused, never a crash.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::runtime;
  const auto accept = [](const std::string&) { return std::expected<void, std::string>(); };
  const std::vector<ConfigKey> keys = {
      {"server.listen", accept}, {"server.trusted_proxies", accept, true}, {"auth.password_hash", accept}};
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto outcome = read_yaml("fuzz.yaml", text, keys);
  if (!outcome && !outcome.error().starts_with("fuzz.yaml:")) __builtin_trap();
  return 0;
}
