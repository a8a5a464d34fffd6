#!/bin/sh
# The real servers that the tests run against: installed when we may, named when we may not.
set -eu

missing=
for pair in mosquitto:mosquitto influxd:influxdb victoria-metrics:victoria-metrics chromium:chromium mbpoll:mbpoll node:nodejs npm:npm nats-server:nats-server; do
  PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair#*:}"
done
if [ -z "$missing" ]; then
  :
elif [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  echo "installing$missing"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # The tests start their own servers; the packages' services stay off.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' > "$policy" && chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  # shellcheck disable=SC2086 - a list of packages
  apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "tests that need$missing are skipped; install them with: sudo apt-get install$missing" >&2
  [ "${CI:-}" != true ] || exit 1
fi

# An OPC UA server of another maker; its versions are pinned by hash.
peer="$(dirname "$0")/opcua_peer"
if command -v npm >/dev/null && [ ! -d "$peer/node_modules" ]; then
  npm ci --prefix "$peer" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null || {
    echo "tests that need node-opcua are skipped: npm cannot install it" >&2
    [ "${CI:-}" != true ] || exit 1
  }
fi
