#include "enrolment/identity.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>

#include "enrolment/hub_api.hpp"
#include "runtime/files/exposure.hpp"
#include "runtime/files/files.hpp"

namespace holdfast::agent {
namespace {

namespace json = boost::json;

std::filesystem::path identity_path(const std::filesystem::path& state_directory) {
  return state_directory / "identity.json";
}

// What a header takes.
bool is_header_text(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return c >= ' ' && c < 0x7F; });
}

std::string member(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(std::string_view(value->get_string())) : std::string();
}

}  // namespace

std::optional<Identity> load_identity(const std::filesystem::path& state_directory) {
  const auto path = identity_path(state_directory);
  runtime::refuse_exposed_secret(path);
  const auto text = runtime::read_file(path);
  if (!text) return std::nullopt;
  json::error_code error;
  const json::value value = json::parse(*text, error);
  Identity identity;
  if (!error && value.is_object()) {
    const json::object& object = value.get_object();
    identity = {member(object, "hub_url"), member(object, "host_id"), member(object, "bearer"),
                member(object, "ca_file")};
  }
  if (!check_hub_url(identity.hub_url) || !is_header_text(identity.bearer)) {
    throw std::runtime_error(path.string() + " is damaged; remove it and enrol this machine again");
  }
  return identity;
}

void store_identity(const std::filesystem::path& state_directory, const Identity& identity) {
  const json::object object{{"hub_url", identity.hub_url},
                            {"host_id", identity.host_id},
                            {"bearer", identity.bearer},
                            {"ca_file", identity.ca_file}};
  runtime::write_file_atomically(identity_path(state_directory), json::serialize(object));
}

}  // namespace holdfast::agent
