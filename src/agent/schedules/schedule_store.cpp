#include "schedules/schedule_store.hpp"

#include <boost/json.hpp>
#include <stdexcept>
#include <utility>

#include "runtime/files/files.hpp"
#include "runtime/log/log.hpp"
#include "set_aside.hpp"
#include "text/time.hpp"

namespace holdfast::agent {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

runtime::SecretBox open_box(const fs::path& key) {
  try {
    return runtime::SecretBox::open_key_file(key);
  } catch (const std::runtime_error&) {
    set_aside(key);
    return runtime::SecretBox::open_key_file(key);
  }
}

protocol::ScheduleSet decode_set(const std::string& text) {
  auto decoded = protocol::decode_hub_message(text);
  auto* set = decoded ? std::get_if<protocol::ScheduleSet>(&decoded->message) : nullptr;
  if (!set) throw std::runtime_error("the stored schedules cannot be read");
  return std::move(*set);
}

PendingFire read_pending(const json::object& object) {
  auto decoded = protocol::decode_agent_message(std::string(object.at("fire").as_string()));
  auto* fire = decoded ? std::get_if<protocol::ScheduleFire>(&decoded->message) : nullptr;
  if (!fire) throw std::runtime_error("a stored fire cannot be read");
  PendingFire pending{std::move(*fire), {}, object.at("acknowledged").as_bool()};
  for (const json::value& job : object.at("waiting").as_array())
    pending.waiting.insert(core::JobId::parse(std::string(job.as_string())).value());
  return pending;
}

std::map<core::ScheduleId, core::Time> read_moments(const json::value& value) {
  std::map<core::ScheduleId, core::Time> moments;
  for (const auto& [schedule, at] : value.as_object())
    moments[core::ScheduleId::parse(schedule).value()] = text::parse_time(std::string(at.as_string())).value();
  return moments;
}

json::object to_json(const std::map<core::ScheduleId, core::Time>& moments) {
  json::object object;
  for (const auto& [schedule, at] : moments) object[schedule.text()] = text::format_time(at);
  return object;
}

ScheduleState read_state(const std::string& text, const std::string& host) {
  const json::object object = json::parse(text).as_object();
  ScheduleState state;
  if (object.at("host").as_string() != json::string_view(host)) return state;
  state.decided = read_moments(object.at("decided"));
  state.fired = read_moments(object.at("fired"));
  for (const json::value& pending : object.at("pending").as_array())
    state.pending.push_back(read_pending(pending.as_object()));
  return state;
}

json::object to_json(const PendingFire& pending) {
  json::array waiting;
  for (const core::JobId& job : pending.waiting) waiting.emplace_back(job.text());
  return {{"fire", protocol::encode(protocol::AgentMessage(pending.fire))},
          {"waiting", std::move(waiting)},
          {"acknowledged", pending.acknowledged}};
}

std::string to_json(const ScheduleState& state, const std::string& host) {
  json::array pending;
  for (const PendingFire& fire : state.pending) pending.emplace_back(to_json(fire));
  return json::serialize(json::object{{"host", host},
                                      {"decided", to_json(state.decided)},
                                      {"fired", to_json(state.fired)},
                                      {"pending", std::move(pending)}});
}

}  // namespace

ScheduleStore::ScheduleStore(fs::path state_directory, std::string host)
    : folder_(std::move(state_directory)), host_(std::move(host)), box_(open_box(folder_ / "schedules.key")) {}

protocol::ScheduleSet ScheduleStore::set() const {
  const fs::path path = folder_ / "schedules.sealed";
  try {
    const auto sealed = runtime::read_file(path);
    if (!sealed) return {};
    auto text = box_.open("schedules:" + host_, *sealed);
    if (!text) throw std::runtime_error("the stored schedules do not open with their key");
    protocol::ScheduleSet set = decode_set(*text);
    runtime::wipe(*text);
    return set;
  } catch (const std::exception& error) {
    runtime::log::error("schedules.damaged", "The stored schedules are lost until the hub sends them again",
                        {{"reason", error.what()}});
    set_aside(path);
    return {};
  }
}

void ScheduleStore::store(const protocol::ScheduleSet& set) {
  std::string text = protocol::encode(protocol::HubMessage(set));
  runtime::write_file_atomically(folder_ / "schedules.sealed", box_.seal("schedules:" + host_, text));
  runtime::wipe(text);
}

ScheduleState ScheduleStore::state() const {
  const fs::path path = folder_ / "schedules.json";
  try {
    const auto text = runtime::read_file(path);
    return text ? read_state(*text, host_) : ScheduleState();
  } catch (const std::exception& error) {
    runtime::log::error("schedules.damaged", "It is not known which scheduled runs were begun: they count from now on",
                        {{"reason", error.what()}});
    set_aside(path);
    return {};
  }
}

void ScheduleStore::store(const ScheduleState& state) {
  runtime::write_file_atomically(folder_ / "schedules.json", to_json(state, host_));
}

}  // namespace holdfast::agent
