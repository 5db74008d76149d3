#!/bin/bash
# Unpacks a current MySQL server into DIR, beside the system: Debian sid's package, run with its own loader.
# Installs nothing and needs no root. Uses the Debian mirror that this machine's apt is set up with.
# usage: mysql_from_debian_sid.sh DIR    then: DIR/mysqld --datadir=... (it knows the paths of its own files)
set -euo pipefail

target=$(realpath -m "${1:?usage: $0 DIR}")
if [[ -x $target/mysqld ]] && "$target/mysqld" --version; then
  exit 0
fi

mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E '/debian/?$' | sort -u | head -n 1)
if [[ -z $mirror ]]; then
  echo "apt knows no Debian mirror; run apt-get update first" >&2
  exit 1
fi

work=$target/apt
root=$target/root
rm -rf "$target"
mkdir -p "$work"/{etc,state/lists/partial,cache/archives/partial} "$root"
: >"$work/state/status"
cat >"$work/etc/apt.conf" <<CONF
Dir::Etc::sourcelist "$work/etc/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$work/state";
Dir::State::status "$work/state/status";
Dir::Cache "$work/cache";
Dir::Log "$work";
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Retries "3";
CONF
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$work/etc/sources.list"

export APT_CONFIG=$work/etc/apt.conf DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install -y --download-only mysql-server-core >"$work/download.log"
for package in "$work"/cache/archives/*.deb; do
  dpkg-deb -x "$package" "$root"
done
rm -rf "$work"

# sid's libraries are newer than the system's: sid's loader starts the server, which finds only sid's libraries.
loader=$(find "$root/usr/lib64" "$root/usr/lib" -name 'ld-linux-*.so.*' 2>/dev/null | head -n 1)
libraries=$(dirname "$(find "$root/usr/lib" -name 'libc.so.6' | head -n 1)")
cat >"$target/mysqld" <<SCRIPT
#!/bin/sh
exec "$loader" --library-path "$libraries" "$root/usr/sbin/mysqld" --no-defaults --basedir="$root/usr" \\
  --lc-messages-dir="$root/usr/share/mysql" --character-sets-dir="$root/usr/share/mysql/charsets" \\
  --plugin-dir="$root/usr/lib/mysql/plugin" "\$@"
SCRIPT
chmod +x "$target/mysqld"
"$target/mysqld" --version
