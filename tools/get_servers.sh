#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Puts gunicorn, uvicorn and Flask into a folder from which any interpreter can run them: the servers of
# tools/build_python.sh's interpreters, which the system's packages do not serve. All of them run as pure Python; where
# a package has a compiled part for the interpreter, too, that is used.
set -euo pipefail

usage() {
  cat << 'END'
usage: tools/get_servers.sh PREFIX

Afterwards   PYTHONPATH=PREFIX python3 -m gunicorn ...   and   PYTHONPATH=PREFIX python3 -m uvicorn ...   run with any
interpreter from 3.11 on, Flask beside them. The packages are Debian's, of the newest suite that the mirror still has
them of; the mirror is the one apt is configured with. Needs curl, xz and dpkg-deb.
END
}

say() { printf 'get_servers: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }
fetch() { curl -fsSL --connect-timeout 20 --max-time 300 --retry 2 "$@"; }

# The mirrors that apt knows, security archives left out: they do not hold these packages.
mirrors() {
  apt-get indextargets --format '$(SITE) $(COMPONENT)' 2> /dev/null |
    awk '$2 == "main" && $1 !~ /security/ && !seen[$1]++ { print $1 }'
}

# "SHA256 FILE" of one package in an index.
locate() {  # package, index
  awk -v package="$1" '
    $1 == "Package:" { found = $2 == package }
    found && $1 == "Filename:" { file = $2 }
    found && $1 == "SHA256:" { sum = $2 }
    found && $0 == "" { exit }
    END { if (file != "" && sum != "") print sum, file }' "$2"
}

unpack() {  # package
  local suite mirror sum file
  for suite in testing unstable stable; do
    while read -r mirror; do
      read -r sum file < <(locate "$1" "$work/$suite.$(cksum <<< "$mirror" | cut -d' ' -f1)") || continue
      fetch -o "$work/$1.deb" "$mirror/$file" 2> /dev/null || continue
      sha256sum --quiet -c <<< "$sum  $work/$1.deb" > /dev/null 2>&1 ||
        die "$file from $mirror is not the file that it should be"
      dpkg-deb -x "$work/$1.deb" "$work/tree"
      say "${file##*/} of $suite"
      return 0
    done < <(mirrors)
  done
  die "no mirror of apt's configuration has $1"
}

case "${1:-}" in
  -h | --help) usage; exit 0 ;;
  '' | -*) usage >&2; exit 2 ;;
esac
prefix=$(realpath -m "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

while read -r mirror; do
  for suite in testing unstable stable; do
    index="$work/$suite.$(cksum <<< "$mirror" | cut -d' ' -f1)"
    fetch "$mirror/dists/$suite/main/binary-$(dpkg --print-architecture)/Packages.xz" 2> /dev/null |
      xz -dc > "$index" 2> /dev/null || : > "$index"
  done
done < <(mirrors)
for package in python3-gunicorn python3-packaging python3-uvicorn python3-h11 python3-click \
  python3-flask python3-werkzeug python3-jinja2 python3-markupsafe python3-itsdangerous python3-blinker; do
  unpack "$package"
done
mkdir -p "$prefix"
cp -r "$work/tree/usr/lib/python3/dist-packages/." "$prefix/"
say "run them with PYTHONPATH=$prefix"
