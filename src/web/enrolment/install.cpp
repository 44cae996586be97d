#include "enrolment/install.hpp"

#include <fmt/format.h>

#include "embedded_text.hpp"
#include "enrolment/api.hpp"
#include "kit/answers.hpp"
#include "runtime/address.hpp"
#include "runtime/files/files.hpp"

namespace holdfast::web {
namespace {

using namespace std::chrono_literals;

bool has_agent(const Settings& settings) {
  std::error_code error;
  return std::filesystem::is_regular_file(settings.agent_program, error);
}

http::Response plain(std::string_view text) {
  http::Response response;
  response.headers.add("Content-Type", "text/plain; charset=utf-8");
  response.static_body = text;
  return response;
}

}  // namespace

InstallRoutes::InstallRoutes(http::Router& router, const runtime::Clock& clock, fleet::Enrolment& enrolment,
                             const Settings& settings)
    : clock_(clock), enrolment_(enrolment), settings_(settings), attempts_(60, 60s) {
  router.add("GET", "/install.sh",
             [](http::Request&) -> runtime::Task<http::Response> { co_return plain(kInstallScript); });
  router.add("GET", "/install/holdfast-agent", [this](http::Request& request) { return agent(request); });
  router.add("GET", "/install/holdfast-agent.service", [this](http::Request& request) { return unit(request); });
}

runtime::Task<std::optional<http::Response>> InstallRoutes::refusal(http::Request& request) {
  if (const auto wait = attempts_.take(runtime::network_of(request.peer), clock_.steady())) {
    co_return error_response(
        core::fail_for(*wait, "too_many_requests", "Too many requests from this address. Try again later.").error());
  }
  const bool good = co_await enrolment_.is_open_token(bearer_of(request).value_or(""));
  if (!good) co_return error_response(401, "token_unknown", "This takes an enrolment token that is not used yet.");
  co_return std::nullopt;
}

runtime::Task<http::Response> InstallRoutes::agent(http::Request& request) {
  if (auto refused = co_await refusal(request)) co_return *std::move(refused);
  auto program = has_agent(settings_) ? runtime::read_file(settings_.agent_program) : std::nullopt;
  if (!program) co_return error_response(404, "no_agent", "There is no agent beside this hub that it could hand out.");
  http::Response response;
  response.headers.add("Content-Type", "application/octet-stream");
  response.body = *std::move(program);
  co_return response;
}

runtime::Task<http::Response> InstallRoutes::unit(http::Request& request) {
  if (auto refused = co_await refusal(request)) co_return *std::move(refused);
  co_return plain(kAgentUnit);
}

std::string install_command(const Settings& settings, std::string_view base_url, std::string_view token) {
  if (has_agent(settings)) {
    return fmt::format("echo {} | sudo sh -c \"$(curl -fsSL {}/install.sh)\" install {}", token, base_url, base_url);
  }
  return enrol_command(base_url, token) + " && systemctl enable --now holdfast-agent";
}

}  // namespace holdfast::web
