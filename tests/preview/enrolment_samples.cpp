#include "core/jobs/backup.hpp"
#include "samples.hpp"
#include "templates.hpp"

namespace holdfast::preview {
namespace {

using std::chrono::minutes;

constexpr std::string_view kAnnounce =
    "holdfast-agent announce --hub https://backup.example.net && systemctl enable --now holdfast-agent";

AddHostPage add_host() {
  AddHostPage view;
  view.page = page("Add hosts", Section::AddHosts);
  view.announce_command = kAnnounce;
  view.now = now();
  view.open_tokens = {{"01JD000000000000000000TKN1", "Márta Kovács", before(minutes(12)), now() + minutes(48), ""},
                      {"01JD000000000000000000TKN2", "Dániel", before(minutes(40)), now() + minutes(20), "pg-primary"}};
  return view;
}

AddHostPage with_token() {
  AddHostPage view = add_host();
  view.page.stream = Url("/ui/stream").query("topics", "pulse,enrolment:01JD000000000000000000TKN3");
  view.token = MintedToken{
      "01JD000000000000000000TKN3",
      "echo hft_9KX2mQ7vT4aaLq0Zr8sWb1Nc | sudo sh -c \"$(curl -fsSL https://backup.example.net/install.sh)\" install "
      "https://backup.example.net",
      now() + minutes(60), ""};
  return view;
}

PendingHost pending(std::string id, std::string name, Collision collision) {
  PendingHost host;
  host.id = std::move(id);
  host.name = std::move(name);
  host.os = "Debian GNU/Linux 12 (bookworm)";
  host.arch = "x86_64";
  host.agent_version = kVersion;
  host.address = "172.16.9.7";
  host.announced_at = before(minutes(2));
  host.expires_at = now() + minutes(58);
  host.fingerprint = "7f2a91c40be85d13a6604f7e2c9db1385e07fa6219cd83b4406ae1f5927c0d8b";
  host.collision = collision;
  if (collision == Collision::KnownHost) host.known_host = host_row(host.name).link;
  host.now = now();
  return host;
}

PendingPage pending_page() {
  PendingPage view;
  view.page = page("Hosts to approve", Section::AddHosts);
  view.page.stream = Url("/ui/stream").query("topics", "pulse,pending");
  view.list.hosts = {pending("01JD00000000000000000000P1", "law-files-02", Collision::None),
                     pending("01JD00000000000000000000P2", "pi-shed", Collision::OtherWaiting),
                     pending("01JD00000000000000000000P3", "mail-edge-02", Collision::KnownHost),
                     pending("01JD00000000000000000000P4", "pi-shed", Collision::OtherWaiting)};
  view.list.hosts[1].fingerprint = "0c81ee5a7b94d2f3168ac57093be41d6f8250b7ce39a64d1528f0ac7b63e9d14";
  view.list.hosts[2].fingerprint = "b37709fa4d18ce62953b0a7fe4c1286d0f59a8e3716cbd42e80375af19d6c2b0";
  view.list.hosts[3].fingerprint = "5e19d6c2b0407fe4c1286d0f59a8e3716cbd42e80375afb37709fa4d18ce6295";
  for (const std::size_t shed : {1U, 3U}) {
    view.list.hosts[shed].os = "Debian GNU/Linux 12 (bookworm)";
    view.list.hosts[shed].arch = "aarch64";
    view.list.hosts[shed].address = shed == 1 ? "10.20.9.41" : "198.51.100.23";
  }
  view.list.hosts[2].address = "203.0.113.7";
  view.announce_command = kAnnounce;
  view.now = now();
  return view;
}

PendingPage comparing(std::size_t host, std::string pasted, FieldErrors errors) {
  PendingPage view = pending_page();
  view.compare = ComparePanel{view.list.hosts[host], view.list.hosts[host].name, std::move(pasted), std::move(errors)};
  view.rejected = {{"unknown-laptop", "198.51.100.9",
                    "aa0c4d18ce62953b0a7fe4c1286d0f59a8e3716cbd42e80375af19d6c2b01177", before(minutes(31))}};
  return view;
}

}  // namespace

std::vector<Preview> enrolment_previews() {
  AddHostPage joined = with_token();
  joined.wait = {.waiting = false, .expired = false, .host_name = "law-files-02", .host = Url("/hosts/1")};
  AddHostPage expired = with_token();
  expired.wait.expired = true;
  PendingPage none = pending_page();
  none.list.hosts.clear();
  none.page.pulse.waiting_hosts = 0;
  const std::string_view blank = "mail-edge-02 ";
  PendingPage named_wrongly = comparing(2, "", {{{"name", core::check_name("The host name", blank).error().message}}});
  named_wrongly.compare->name = blank;
  return {
      show("add-host", add_host(), web::render_add_host_page),
      show("add-host-token", with_token(), web::render_add_host_page),
      show("add-host-joined", joined, web::render_add_host_page),
      show("add-host-expired", expired, web::render_add_host_page),
      show("pending", pending_page(), web::render_pending_page),
      show("pending-compare",
           comparing(0, "7f2a 91c4 0be8 5d13 a660 4f7e 2c9d b138 5e07 fa62 19cd 83b4 406a e1f5 927c 0d8b", {}),
           web::render_pending_page),
      show("pending-differs",
           comparing(0, "7f2a 91c4 0be8 5d13 a660 4f7e 2c9d b139 5e07",
                     {{{"fingerprint", "This is not the fingerprint of this host. Do not approve it."}}}),
           web::render_pending_page),
      show("pending-collision", named_wrongly, web::render_pending_page),
      show("pending-none", none, web::render_pending_page),
  };
}

}  // namespace holdfast::preview
