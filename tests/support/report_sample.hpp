#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "text/time.hpp"

// Reports as a host with three disks and eight containers sends them, for tests and benches. What a host is (its disks,
// containers, sizes) follows from its name alone; what moves (figures of the moment) follows from the time and the
// seed.
namespace holdfast::tests {

// Splitmix64: the same numbers on every machine, which the standard's distributions do not promise.
class SampleNumbers {
 public:
  explicit SampleNumbers(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  std::string hex(std::size_t digits) {
    std::string text;
    while (text.size() < digits) text += "0123456789abcdef"[below(16)];
    return text;
  }
  std::string uuid() { return hex(8) + "-" + hex(4) + "-4" + hex(3) + "-a" + hex(3) + "-" + hex(12); }

 private:
  std::uint64_t state_;
};

// A JSON text that grows member by member.
class SampleText {
 public:
  SampleText& open(std::string_view name, char bracket) {
    member(name);
    out_ += bracket;
    first_ = true;
    return *this;
  }
  SampleText& close(char bracket) {
    out_ += bracket;
    first_ = false;
    return *this;
  }
  SampleText& text(std::string_view name, std::string_view value) {
    return raw(name, "\"" + std::string(value) + "\"");
  }
  SampleText& count(std::string_view name, std::uint64_t value) { return raw(name, std::to_string(value)); }
  // A number of tenths or hundredths, written as a decimal.
  SampleText& tenths(std::string_view name, std::uint64_t value) { return raw(name, decimal(value, 10)); }
  SampleText& hundredths(std::string_view name, std::uint64_t value) { return raw(name, decimal(value, 100)); }
  std::string& out() { return out_; }

 private:
  SampleText& raw(std::string_view name, std::string_view value) {
    member(name);
    out_ += value;
    return *this;
  }
  void member(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    if (!name.empty()) out_.append("\"").append(name).append("\":");
  }
  static std::string decimal(std::uint64_t value, std::uint64_t unit) {
    std::string fraction = std::to_string(value % unit);
    if (unit == 100 && fraction.size() == 1) fraction.insert(0, "0");
    return std::to_string(value / unit) + "." + fraction;
  }

  std::string out_;
  bool first_ = true;
};

class SampleReport {
 public:
  SampleReport(std::string_view customer, std::string_view host, core::Time at, std::uint32_t seed)
      : customer_(customer),
        host_(host),
        at_(at),
        seconds_(static_cast<std::uint64_t>(std::chrono::floor<core::seconds>(at).time_since_epoch().count())),
        fixed_(hash_of(std::string(customer) + "/" + std::string(host))),
        moving_(fixed_.next() ^ (seconds_ << 20) ^ seed) {}

  std::string document() {
    json_.open("", '{').text("customer_id", customer_).text("host", host_).text("timestamp", text::format_time(at_));
    json_.text("controller_version", "1." + std::to_string(fixed_.below(6)) + "." + std::to_string(fixed_.below(10)));
    health();
    system();
    containers();
    backup();
    json_.text("config_hash", "sha256:" + fixed_.hex(64)).close('}');
    return std::move(json_.out());
  }

 private:
  static constexpr std::uint64_t kPage = 4096;
  static constexpr std::uint64_t kDay = 86400;
  static constexpr std::uint64_t kGiga = 1'000'000'000;

  static std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return hash;
  }
  // `middle`, higher by day than by night, and never quite the same.
  std::uint64_t moved(std::uint64_t middle) {
    const double day = std::sin(static_cast<double>(seconds_ % kDay) / kDay * 2 * std::numbers::pi);
    const double noise = static_cast<double>(moving_.below(1000)) / 1000 - 0.5;
    return static_cast<std::uint64_t>(static_cast<double>(middle) * (1 + 0.3 * day + 0.4 * noise));
  }
  std::uint64_t moved_bytes(std::uint64_t middle) { return moved(middle / kPage) * kPage; }

  void health() {
    const bool warn = moving_.below(25) == 0;
    json_.open("health", '{').text("status", warn ? "warn" : "ok").open("issues", '[');
    if (warn) json_.text("", "Memory is scarce: " + std::to_string(80 + moving_.below(20)) + " % used");
    json_.close(']').close('}');
  }

  void system() {
    constexpr std::array<std::string_view, 3> kKernels = {"6.1.0-28-amd64", "6.1.0-31-amd64", "6.8.0-51-generic"};
    const std::uint64_t uptime = seconds_ % (kDay * (20 + fixed_.below(40)));
    json_.open("system", '{').text("hostname", host_ + ".example.net").text("os", "Debian GNU/Linux 12 (bookworm)");
    json_.text("kernel", kKernels[fixed_.below(kKernels.size())])
        .text("arch", "x86_64")
        .count("uptime_seconds", uptime);
    json_.text("boot_time", text::format_time(core::Time(core::seconds(seconds_ - uptime))));
    cpu();
    space("memory", (8 + 8 * fixed_.below(4)) * kGiga / kPage * kPage, 35);
    space("swap", 2 * kGiga / kPage * kPage, 3);
    json_.open("disks", '[');
    disk("/", "/dev/nvme0n1p2", "system", "ext4", 100);
    disk("/srv", "/dev/sda1", "data", "xfs", 4000);
    disk("/var/lib/docker", "/dev/nvme0n1p3", "docker", "ext4", 250);
    json_.close(']').close('}');
  }

  void cpu() {
    json_.open("cpu", '{').tenths("percent", moved(120)).count("cores", 4 + 4 * fixed_.below(3)).open("load", '[');
    json_.hundredths("", moved(60)).hundredths("", moved(55)).hundredths("", moved(50)).close(']');
    json_.tenths("temperature_celsius", 450 + moved(50)).close('}');
  }

  void space(std::string_view name, std::uint64_t total, std::uint64_t percent) {
    const std::uint64_t used = moved_bytes(total * percent / 100);
    json_.open(name, '{').count("total_bytes", total).count("used_bytes", used);
    json_.tenths("percent", used * 1000 / total).close('}');
  }

  // Fills up by a few percent in a year.
  void disk(std::string_view mount, std::string_view device, std::string_view label, std::string_view type,
            std::uint64_t gigabytes) {
    const std::uint64_t total = gigabytes * kGiga / kPage * kPage;
    const std::uint64_t grown = total / 1000 * (seconds_ / kDay % 365) / 10;
    const std::uint64_t used = total / 100 * (20 + fixed_.below(50)) + grown + moving_.below(50'000) * kPage;
    json_.open("", '{').text("mount", mount).text("device", device).text("label", label).text("uuid", fixed_.uuid());
    json_.text("fstype", type).count("total_bytes", total).count("used_bytes", used / kPage * kPage);
    json_.tenths("percent", used * 10 / (total / 100)).tenths("inodes_percent", 20 + fixed_.below(150));
    json_.text("smart_status", "passed").close('}');
  }

  void containers() {
    constexpr std::array<std::string_view, 8> kNames = {"traefik", "nextcloud", "mariadb", "redis",
                                                        "immich",  "paperless", "grafana", "vaultwarden"};
    json_.open("containers", '{').count("total", 8).count("running", 8).count("unhealthy", 0).open("items", '[');
    for (const auto name : kNames) {
      json_.open("", '{').text("name", name).text("image", std::string(name) + ":" + std::to_string(fixed_.below(30)));
      json_.text("state", "running").text("health", "healthy").count("restarts", fixed_.below(4));
      json_.hundredths("cpu_percent", moved(150));
      json_.count("memory_bytes", moved_bytes(50'000'000 + fixed_.below(500'000'000))).close('}');
    }
    json_.close(']').close('}');
  }

  // Every night, some time after two.
  void backup() {
    const std::uint64_t offset = 2 * 3600 + fixed_.below(7200);
    const std::uint64_t last = (seconds_ - offset) / kDay * kDay + offset;
    json_.open("backup", '{').text("last_run", text::format_time(core::Time(core::seconds(last))));
    json_.text("last_status", "success").count("age_seconds", seconds_ - last);
    json_.count("snapshot_count", 30 + last / kDay % 60);
    json_.count("repository_size_bytes", (200 + fixed_.below(800)) * kGiga + last / kDay % 365 * 731'204'117);
    json_.text("next_run", text::format_time(core::Time(core::seconds(last + kDay)))).close('}');
  }

  std::string customer_;
  std::string host_;
  core::Time at_;
  std::uint64_t seconds_;
  SampleNumbers fixed_;
  SampleNumbers moving_;
  SampleText json_;
};

// Adds a member that nobody understands, so that the document has exactly `size` bytes; a longer one stays as it is.
inline std::string padded_report(std::string document, std::size_t size) {
  constexpr std::string_view kName = R"(,"notes":")";
  constexpr std::string_view kWords = "checked the fans and the filter, nothing to report; next visit in spring. ";
  if (document.size() + kName.size() + 1 > size) return document;
  const std::size_t room = size - document.size() - kName.size() - 1;
  document.pop_back();
  document += kName;
  for (std::size_t i = 0; i < room; ++i) document += kWords[i % kWords.size()];
  return document + "\"}";
}

inline std::string sample_report(std::string_view customer, std::string_view host, core::Time at, std::uint32_t seed,
                                 std::size_t padded_to = 0) {
  return padded_report(SampleReport(customer, host, at, seed).document(), padded_to);
}

}  // namespace holdfast::tests
