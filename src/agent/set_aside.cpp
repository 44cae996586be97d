#include "set_aside.hpp"

#include <system_error>

#include "runtime/log/log.hpp"

namespace holdfast::agent {

namespace fs = std::filesystem;
namespace log = runtime::log;

void set_aside(const fs::path& path) noexcept {
  const fs::path aside = path.string() + ".damaged";
  std::error_code failed;
  fs::remove_all(aside, failed);
  fs::rename(path, aside, failed);
  if (failed) {
    log::warning("state.left", "What cannot be read stays where it is",
                 {{"path", path.string()}, {"reason", failed.message()}});
  } else {
    log::warning("state.set_aside", "What cannot be read was set aside", {{"path", aside.string()}});
  }
}

void set_aside_unless_folder(const fs::path& path) noexcept {
  std::error_code unknown;
  const auto status = fs::status(path, unknown);
  if (!unknown && fs::exists(status) && !fs::is_directory(status)) set_aside(path);
}

}  // namespace holdfast::agent
