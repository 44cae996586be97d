#include "enrolment/announce.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <random>
#include <stdexcept>
#include <system_error>

#include "core/ids.hpp"
#include "protocol/enrolment/enrolment.hpp"
#include "runtime/files/exposure.hpp"
#include "runtime/files/files.hpp"
#include "runtime/secrets/crypto.hpp"

// May be stopped and started again at every step, while somebody compares the fingerprint: the key is stored before
// it is announced, and what the hub calls the announcement as soon as it is known. The announcement is removed only
// after the identity is stored.
namespace holdfast::agent {
namespace {

namespace json = boost::json;

std::filesystem::path announcement_path(const std::filesystem::path& state_directory) {
  return state_directory / "announce.json";
}

// What is damaged proves nothing to a hub.
bool belong_together(const std::string& public_key, const std::string& secret_key) {
  constexpr std::string_view kText = "text";
  return public_key.size() == 32 && secret_key.size() == 64 &&
         runtime::verify_signature(public_key, kText, runtime::sign(secret_key, kText));
}

bool is_expired(const HubError& error) {
  return error.status == 404 || error.status == 410;
}

// One announcement on its way to an identity.
class Announcer {
 public:
  Announcer(runtime::Loop& loop, EnrolRequest request, Say say, std::chrono::milliseconds poll_interval)
      : api_(make_api(loop, request)),
        request_(std::move(request)),
        say_(std::move(say)),
        poll_interval_(poll_interval) {}

  runtime::Task<int> run();

 private:
  runtime::Task<std::optional<std::string>> announce();  // an error
  runtime::Task<int> wait();
  runtime::Task<std::optional<int>> ask();
  runtime::Task<std::optional<int>> prove(std::string nonce);
  runtime::Task<> pause();
  bool continues_earlier();
  void show();
  std::optional<int> unreachable(const HubError& error);
  int fail(std::string_view sentence);
  int expired();

  HubApi api_;
  EnrolRequest request_;
  Say say_;
  std::chrono::milliseconds poll_interval_;
  Announcement announcement_;
  bool told_unreachable_ = false;
  std::minstd_rand random_{std::random_device{}()};
};

bool Announcer::continues_earlier() {
  if (const auto earlier = load_announcement(request_.state_directory);
      earlier && earlier->hub_url == request_.hub_url) {
    announcement_ = *earlier;
    return !announcement_.announcement_id.empty();
  }
  runtime::SigningKey key = runtime::make_signing_key();
  announcement_ = {request_.hub_url, std::move(key.public_key), std::move(key.secret_key), ""};
  store_announcement(request_.state_directory, announcement_);
  return false;
}

runtime::Task<int> Announcer::run() {
  // What a hub makes of it is a second host, and this machine forgets the first.
  if (const auto identity = load_identity(request_.state_directory); identity && !request_.again) {
    co_return fail(fmt::format("This machine is enrolled already, at {}. To announce it as a new host, add --again.",
                               identity->hub_url));
  }
  bool known = continues_earlier();
  if (known) {
    std::string path = "/api/v1/agent/announcements/" + announcement_.announcement_id;
    const auto answer = co_await api_.get(std::move(path));
    known = answer || !is_expired(answer.error());
  }
  if (!known) {
    const auto error = co_await announce();
    if (error) co_return fail(*error);
  }
  show();
  co_return co_await wait();
}

runtime::Task<std::optional<std::string>> Announcer::announce() {
  json::object body = describe_host(request_);
  body["public_key"] = runtime::to_base64(announcement_.public_key);
  const auto answer = co_await api_.post("/api/v1/agent/announce", std::move(body));
  if (!answer) co_return std::optional<std::string>("Not announced. " + answer.error().message);
  announcement_.announcement_id = text_member(*answer, "announcement_id");
  if (announcement_.announcement_id.empty()) {
    co_return std::optional<std::string>(
        "Not announced. The hub's answer is not understood; is this address a Holdfast hub?");
  }
  store_announcement(request_.state_directory, announcement_);
  co_return std::optional<std::string>();
}

void Announcer::show() {
  say_("Fingerprint of this machine:");
  say_("  " + show_fingerprint(announcement_.public_key));
  say_("Open \"Waiting for approval\" on the hub, compare it there, and choose \"Approve\". Waiting …");
}

runtime::Task<int> Announcer::wait() {
  for (;;) {
    const auto ended = co_await ask();
    if (ended) co_return *ended;
    co_await pause();
  }
}

// Up to a quarter more than the interval, so that machines set up together do not ask together.
runtime::Task<> Announcer::pause() {
  const auto jitter = std::uniform_int_distribution<std::int64_t>(0, poll_interval_.count() / 4)(random_);
  co_await runtime::sleep_for(poll_interval_ + std::chrono::milliseconds(jitter));
}

runtime::Task<std::optional<int>> Announcer::ask() {
  std::string path = "/api/v1/agent/announcements/" + announcement_.announcement_id;
  const auto answer = co_await api_.get(std::move(path));
  if (!answer) co_return unreachable(answer.error());
  told_unreachable_ = false;
  const std::string state = text_member(*answer, "state");
  if (state == "rejected") {
    remove_announcement(request_.state_directory);
    co_return std::optional(fail("Rejected: an administrator rejected this host."));
  }
  if (state != "accepted") co_return std::optional<int>();
  auto nonce = runtime::from_base64(text_member(*answer, "nonce"));
  if (!nonce) co_return std::optional(fail("The hub's answer is not understood."));
  co_return co_await prove(std::move(*nonce));
}

runtime::Task<std::optional<int>> Announcer::prove(std::string nonce) {
  const std::string text = protocol::proof_text(announcement_.announcement_id, nonce);
  json::object body{{"signature", runtime::to_base64(runtime::sign(announcement_.secret_key, text))}};
  std::string path = "/api/v1/agent/announcements/" + announcement_.announcement_id + "/proof";
  const auto answer = co_await api_.post(std::move(path), std::move(body));
  if (!answer) co_return unreachable(answer.error());
  const Identity identity = keep_identity(request_, *answer);
  remove_announcement(request_.state_directory);
  say_(fmt::format("Accepted: enrolled as {} at {}.", text_member(*answer, "host_name"), identity.hub_url));
  co_return std::optional(0);
}

// Nothing while waiting may help: a hub that restarts, or is busy.
std::optional<int> Announcer::unreachable(const HubError& error) {
  if (is_expired(error)) return expired();
  if (error.status >= 400 && error.status < 500 && error.status != 429) return fail(error.message);
  if (!told_unreachable_) say_("Waiting for the hub: " + error.message);
  told_unreachable_ = true;
  return std::nullopt;
}

int Announcer::expired() {
  announcement_.announcement_id.clear();
  store_announcement(request_.state_directory, announcement_);
  return fail("Expired: nobody approved this host in time. Announce it again.");
}

int Announcer::fail(std::string_view sentence) {
  say_(sentence);
  return 1;
}

}  // namespace

std::optional<Announcement> load_announcement(const std::filesystem::path& state_directory) {
  runtime::refuse_exposed_secret(announcement_path(state_directory));
  const auto text = runtime::read_file(announcement_path(state_directory));
  if (!text) return std::nullopt;
  json::error_code error;
  const json::value value = json::parse(*text, error);
  if (error || !value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  const auto public_key = runtime::from_base64(text_member(object, "public_key"));
  const auto secret_key = runtime::from_base64(text_member(object, "secret_key"));
  if (!public_key || !secret_key || !belong_together(*public_key, *secret_key)) return std::nullopt;
  Announcement announcement{text_member(object, "hub_url"), *public_key, *secret_key,
                            text_member(object, "announcement_id")};
  if (!core::AnnouncementId::parse(announcement.announcement_id)) announcement.announcement_id.clear();
  return announcement;
}

void store_announcement(const std::filesystem::path& state_directory, const Announcement& announcement) {
  const json::object object{{"hub_url", announcement.hub_url},
                            {"public_key", runtime::to_base64(announcement.public_key)},
                            {"secret_key", runtime::to_base64(announcement.secret_key)},
                            {"announcement_id", announcement.announcement_id}};
  runtime::write_file_atomically(announcement_path(state_directory), json::serialize(object));
}

void remove_announcement(const std::filesystem::path& state_directory) {
  std::error_code left;  // it is worth nothing by then
  std::filesystem::remove(announcement_path(state_directory), left);
}

std::string show_fingerprint(std::string_view public_key) {
  const std::string digits = runtime::to_hex(runtime::sha256(public_key));
  std::string groups;
  for (std::size_t i = 0; i < digits.size(); i += 4) groups += (i ? " " : "") + digits.substr(i, 4);
  return groups;
}

runtime::Task<int> announce(runtime::Loop& loop, EnrolRequest request, Say say,
                            std::chrono::milliseconds poll_interval) {
  Announcer announcer(loop, std::move(request), std::move(say), poll_interval);
  co_return co_await announcer.run();
}

}  // namespace holdfast::agent
