#!/bin/sh
# Installs the database server that the tests start for themselves; run by `make test`.
set -eu

say() { printf '%s\n' "services: $*"; }

for initdb in /usr/lib/postgresql/*/bin/initdb; do
  [ -x "$initdb" ] && exit 0
done
command -v initdb >/dev/null 2>&1 && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  say "no PostgreSQL here; the tests that need it will skip and say so"
  exit 0
fi
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }
install() {
  as_root apt-get update -qq &&
    as_root apt-get install -y -qq postgresql-common >/dev/null &&
    # The tests make their own cluster; none is left running on the machine.
    as_root sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' \
      /etc/postgresql-common/createcluster.conf &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null
}
say "installing Debian's PostgreSQL"
install || say "it could not be installed; the tests that need it will skip and say so"
