# SPDX-License-Identifier: MIT
# Sourced by tools/forkcast and tools/test: installs what is missing, configures and builds. The caller sets
# `root` (the repository) and `assume_yes` (1: install packages through sudo without asking).
# Everything goes to stderr: stdout belongs to the program. A failed set-up exits 2: nothing was run.
# Both commands share one build folder, so that nothing is compiled twice.

build="$root/build/release"
setup_log="$build/setup.log"

say() { printf 'forkcast: %s\n' "$*" >&2; }

# Packages of the named groups that are not installed, one a line.
missing_packages() {
  local group package wanted=" $* "
  command -v dpkg-query > /dev/null || return 0  # not Debian: CMake names what it does not find
  while read -r group package; do
    [[ "$wanted" == *" $group "* ]] || continue
    [[ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2> /dev/null)" == ii* ]] || printf '%s\n' "$package"
  done < "$root/tools/packages.txt"
}

install_packages() {
  local -a missing as_root=() limits=(-o Acquire::Retries=3 -o Acquire::http::Timeout=30
                                      -o Acquire::https::Timeout=30 -o DPkg::Lock::Timeout=300)
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    if ((!assume_yes)); then
      say "these packages are missing: ${missing[*]}"
      say "install them with this command, or run again with --yes:"
      printf '  sudo apt-get install --no-install-recommends %s\n' "${missing[*]}" >&2
      exit 2
    fi
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  as_root+=(env DEBIAN_FRONTEND=noninteractive timeout --kill-after=10)
  install_now() {
    "${as_root[@]}" 900 apt-get "${limits[@]}" install -y -q --no-install-recommends "${missing[@]}" \
      < /dev/null >> "$setup_log" 2>&1 9>&-
  }
  # A new machine has no package lists, and old lists name packages that are gone: only then fetch them.
  if ! install_now; then
    "${as_root[@]}" 300 apt-get "${limits[@]}" update -q < /dev/null >> "$setup_log" 2>&1 || true
    install_now || give_up "the packages could not be installed"
  fi
}

give_up() {
  say "$1; the end of ${setup_log#"$root"/}:"
  tail -n 25 "$setup_log" >&2
  exit 2
}

configure() {  # CMake options...
  local cache="$build/CMakeCache.txt" launcher=()
  # A moved or copied repository keeps a cache that points to its old place.
  if [[ -f "$cache" ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
    rm -rf "$cache" "$build/CMakeFiles" "$build/build.ninja"
  fi
  command -v ccache > /dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  say "configuring"
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release "${launcher[@]}" "$@" \
    < /dev/null >> "$setup_log" 2>&1 || give_up "CMake failed"
}

# Builds the targets and shows how far it is: a line that renews itself on a terminal, else nothing but the start.
build_targets() {
  say "building"
  local line status=0
  if [[ -t 2 && "${TERM:-dumb}" != dumb ]]; then
    cmake --build "$build" -j "$(nproc)" --target "$@" < /dev/null 2>&1 | tee -a "$setup_log" |
      while IFS= read -r line; do
        [[ "$line" =~ ^\[([0-9]+/[0-9]+)\] ]] && printf '\rforkcast: building %s\033[K' "${BASH_REMATCH[1]}" >&2
      done || status=${PIPESTATUS[0]}
    printf '\r\033[K' >&2
    ((status == 0)) || give_up "the build failed"
  else
    cmake --build "$build" -j "$(nproc)" --target "$@" < /dev/null >> "$setup_log" 2>&1 || give_up "the build failed"
  fi
}

# Two commands at once would build in the same folder: the second waits. The lock ends with file descriptor 9.
lock_build() {
  mkdir -p "$build"
  exec 9> "$build/setup.lock"
  flock -n 9 && return 0
  say "waiting for another set-up"
  flock 9
}
unlock_build() { exec 9>&-; }
