#pragma once

#include <string>
#include <vector>

#include "kit/shell/shell_view.hpp"

namespace holdfast::web::views {

// A token that was just made; it is shown this once.
struct MintedToken {
  std::string id;
  std::string command;  // the whole command line for the host
  core::Time expires_at;
  std::string host_name;  // set: gives this existing host a new bearer
};

struct OpenToken {
  std::string id;
  std::string created_by;
  core::Time created_at;
  core::Time expires_at;
  std::string host_name;
};

// Whether the agent has come. Live: topic "enrolment:<token id>", fragment live_enrolment.
struct EnrolmentWait {
  bool waiting = true;
  bool expired = false;
  std::string host_name;  // once it is enrolled
  Url host;
  bool reported = false;  // its first report is here: the page opens the host
};

// GET /hosts/add, POST /hosts/add (makes a token and shows this page with it), POST /hosts/tokens/{id}/revoke.
struct AddHostPage {
  Page page;
  bool local_address = false;  // the commands name an address that is of this machine alone
  std::string announce_command;
  std::optional<MintedToken> token;
  EnrolmentWait wait;
  std::vector<OpenToken> open_tokens;
  core::Time now;
};

enum class Collision {
  None,
  KnownHost,     // a host of that name is enrolled
  OtherWaiting,  // another announcement has the same name
};

// One machine that asks to come in; its id in the page is "pending-<id>".
struct PendingHost {
  std::string id;
  std::string name;
  std::string os;
  std::string arch;
  std::string agent_version;
  std::string address;
  core::Time announced_at;
  core::Time expires_at;
  std::string fingerprint;  // 64 hex digits
  Collision collision = Collision::None;
  Url known_host;  // for KnownHost
  core::Time now;
};

// Compare and accept. GET /hosts/pending?compare=<id>; POST /hosts/pending/{id}/accept: name, fingerprint, by_eye;
// POST /hosts/pending/{id}/reject. The hub compares the fingerprint too: without one, by_eye=yes is needed.
struct ComparePanel {
  PendingHost host;
  std::string name;    // the host's name to be
  std::string pasted;  // as typed before
  FieldErrors errors;  // fields: fingerprint, name
};

struct RejectedHost {
  std::string name;
  std::string address;
  std::string fingerprint;
  core::Time announced_at;
};

// The list alone. Live: topic "pending", fragment live_pending.
struct PendingList {
  std::vector<PendingHost> hosts;
};

// GET /hosts/pending
struct PendingPage {
  Page page;
  bool local_address = false;  // as of AddHostPage
  PendingList list;
  std::optional<ComparePanel> compare;
  std::vector<RejectedHost> rejected;
  std::string announce_command;
  core::Time now;
};

}  // namespace holdfast::web::views
