#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Puts a CPython of a given version, with or without the interpreter lock, into a folder of its own. Profiles that are
# compared must come from interpreters that were built alike, so this builds plainly from source (no profile-guided
# optimisation); an interpreter on PATH that matches is taken as it is.
set -euo pipefail

usage() {
  cat << 'END'
usage: tools/build_python.sh VERSION [--free-threaded] [--build] PREFIX

  VERSION          3.13, or exactly 3.13.15
  --free-threaded  without the interpreter lock (configure --disable-gil)
  --build          build even where PATH holds a matching interpreter
  PREFIX           afterwards PREFIX/bin/python3 is the interpreter

The source is Debian's: the mirror is the one apt is configured with, the version the newest that the mirror still has.
Needs a C compiler, make, curl, xz and, for these modules, libssl-dev zlib1g-dev libffi-dev libsqlite3-dev.
Takes about 4 minutes on two cores. JOBS=n limits the build to n jobs.
END
}

say() { printf 'build_python: %s\n' "$*" >&2; }
die() { say "$*"; exit 2; }
fetch() { curl -fsSL --connect-timeout 20 --max-time 600 --retry 2 "$@"; }

# Prints what a candidate is: "3.13 locked" or "3.13.15 free".
kind_of() {
  timeout 20 "$1" -c '
import sys, sysconfig
free = sysconfig.get_config_var("Py_GIL_DISABLED") == 1
print("%d.%d %d.%d.%d %s" % (*sys.version_info[:2], *sys.version_info[:3], "free" if free else "locked"))' 2> /dev/null
}

matches() {  # interpreter
  local minor full lock
  read -r minor full lock < <(kind_of "$1") || return 1
  [[ "$version" == "$minor" || "$version" == "$full" ]] && [[ "$lock" == "$wanted_lock" ]]
}

# A free-threaded build enables the lock again when a module asks for it, so the build flag is not enough.
check() {
  matches "$prefix/bin/python3" || die "$prefix/bin/python3 is not the $wanted_lock CPython $version"
  local running
  running=$("$prefix/bin/python3" -c 'import sys; print(getattr(sys, "_is_gil_enabled", lambda: True)())')
  case "$wanted_lock:$running" in
    free:False | locked:True) say "$prefix/bin/python3 is $("$prefix/bin/python3" -VV), lock enabled: $running" ;;
    *) die "$prefix/bin/python3 runs with lock enabled: $running" ;;
  esac
  "$prefix/bin/python3" -c 'import ssl, zlib, sqlite3, ctypes, hashlib' ||
    die "a module is missing: install libssl-dev zlib1g-dev libffi-dev libsqlite3-dev and build again"
}

use_path() {
  local name candidate
  for name in "python${minor}t" "python$minor" python3 python; do
    candidate=$(type -P "$name") || continue
    matches "$candidate" || continue
    # What a version manager puts on PATH chooses by the name that it is called by: take what it chose.
    candidate=$("$candidate" -c 'import sys; print(sys.executable)')
    say "found $candidate"
    mkdir -p "$prefix/bin"
    ln -sfn "$candidate" "$prefix/bin/python3"
    return 0
  done
  return 1
}

# The mirrors that apt knows, security archives left out: they have no pool of their own for this.
mirrors() {
  apt-get indextargets --format '$(SITE) $(COMPONENT)' 2> /dev/null |
    awk '$2 == "main" && $1 !~ /security/ && !seen[$1]++ { print $1 }'
}

# "SHA256 VERSION" of the upstream tarballs that the indices of the newer suites name, newest first.
indexed() {  # mirror
  local suite
  for suite in stable testing unstable; do
    fetch "$1/dists/$suite/main/source/Sources.xz" 2> /dev/null | xz -dc 2> /dev/null |
      sed -nE "s/^ ([0-9a-f]{64}) [0-9]+ python${minor}_(${minor}\.[0-9]+)\.orig\.tar\.xz$/\1 \2/p" || true
  done | sort -u -k2,2Vr
}

# The checksum that the description of a source package in the pool states; outlives the package in the index.
described() {  # base, version
  local revision
  for revision in 1 2 3; do
    fetch "$1$2-$revision.dsc" 2> /dev/null | sed -nE 's/^ ([0-9a-f]{64}) [0-9]+ .*\.orig\.tar\.xz$/\1/p' | grep . && return
  done
}

# An index may name a version that the pool no longer, or not yet, has. Then an earlier one usually is there.
download() {
  local mirror index newest patch sum base
  while read -r mirror; do
    base="$mirror/pool/main/p/python$minor/python${minor}_"
    index=$(indexed "$mirror")
    newest=${version#"$minor"}
    newest=${newest#.}
    if [[ -z "$newest" ]]; then
      [[ -n "$index" ]] || continue
      read -r _ newest <<< "$index"
      newest=${newest##*.}
    fi
    for ((patch = newest; patch >= 0; patch--)); do
      if fetch -o "$work/source.tar.xz" "$base$minor.$patch.orig.tar.xz" 2> /dev/null; then
        sum=$(awk -v version="$minor.$patch" '$2 == version { print $1; exit }' <<< "$index")
        [[ -n "$sum" ]] || sum=$(described "$base" "$minor.$patch") || true
        [[ -n "$sum" ]] || die "$mirror has $minor.$patch, but nothing says what its checksum is"
        sha256sum --quiet -c <<< "$sum  $work/source.tar.xz" > /dev/null 2>&1 ||
          die "$minor.$patch from $mirror is not the file that it should be"
        say "source: CPython $minor.$patch"
        return 0
      fi
      [[ "$version" == "$minor" ]] || break
    done
  done < <(mirrors)
  die "no mirror of apt's configuration has a source of CPython $version"
}

build() {
  local -a options=()
  [[ "$wanted_lock" == free ]] && options+=(--disable-gil)
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  download
  mkdir "$work/source"
  tar -xJf "$work/source.tar.xz" -C "$work/source" --strip-components=1
  cd "$work/source"
  say "building; the log is $prefix/build.log"
  mkdir -p "$prefix"
  {
    ./configure --prefix="$prefix" --without-ensurepip --disable-test-modules "${options[@]}"
    make -j "${JOBS:-$(nproc)}"
    make install
  } > "$prefix/build.log" 2>&1 < /dev/null || { tail -n 20 "$prefix/build.log" >&2; die "the build failed"; }
  cd /
}

version='' prefix='' wanted_lock=locked from_path=1
for argument; do
  case "$argument" in
    -h | --help) usage; exit 0 ;;
    --free-threaded) wanted_lock=free ;;
    --build) from_path=0 ;;
    -*) usage >&2; die "unknown option $argument" ;;
    *) if [[ -z "$version" ]]; then version=$argument; elif [[ -z "$prefix" ]]; then prefix=$argument
       else usage >&2; die "too many arguments"; fi ;;
  esac
done
[[ -n "$prefix" ]] || { usage >&2; exit 2; }
[[ "$version" =~ ^3\.[0-9]+(\.[0-9]+)?$ ]] || die "VERSION is 3.13 or 3.13.15, not '$version'"
minor=$(cut -d. -f1,2 <<< "$version")
prefix=$(realpath -m "$prefix")

if matches "$prefix/bin/python3"; then
  say "already there"
elif ((from_path)) && use_path; then
  :
else
  build
fi
check
