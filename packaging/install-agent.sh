#!/bin/sh
# Installs the Holdfast agent from a hub, enrols this machine with a token and starts the agent:
#   echo TOKEN | sudo sh -c "$(curl -fsSL HUB/install.sh)" install HUB
# $ROOT is for tests. The token is in no argument list: everybody on the machine could read it there.
set -eu

hub=${1:-}
root=${ROOT:-}
program=$root/usr/local/bin/holdfast-agent
unit=$root/etc/systemd/system/holdfast-agent.service

fail() { echo "holdfast: $1" >&2; exit 1; }
fetch() { printf 'header = "Authorization: Bearer %s"\n' "$token" | curl -fsSL -K - -o "$2" "$hub/install/$1"; }

[ -n "$hub" ] || fail "the address of the hub is missing"
[ "$(id -u)" = 0 ] || fail "run this as root"
[ "$(uname -s) $(uname -m)" = "Linux x86_64" ] || fail "the agent of this hub is for Linux on x86_64"
command -v curl >/dev/null || fail "curl is missing"
command -v systemctl >/dev/null || fail "systemd is missing: see 'Adding hosts' in the manual"
IFS= read -r token || fail "the token is missing: pipe it into this script"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fetch holdfast-agent "$work/holdfast-agent" || fail "the hub did not hand out its agent: has the token expired?"
fetch holdfast-agent.service "$work/holdfast-agent.service" || fail "the hub did not hand out the unit of its agent"
chmod 755 "$work/holdfast-agent"
"$work/holdfast-agent" version >/dev/null || fail "the agent does not run here: it needs the libraries of Debian 12"

command -v restic >/dev/null || { command -v apt-get >/dev/null && apt-get install -y restic; } ||
  echo "holdfast: restic is missing, install it" >&2

mkdir -p "$(dirname "$program")" "$(dirname "$unit")"
mv "$work/holdfast-agent" "$program"
mv "$work/holdfast-agent.service" "$unit"
printf '%s\n' "$token" | "$program" enroll --hub "$hub" --token-file -
systemctl daemon-reload
systemctl enable holdfast-agent
systemctl restart holdfast-agent
echo "holdfast: the agent runs"
