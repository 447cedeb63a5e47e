#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Measuring under cgroup v2, for machines that mount v1: boots Debian's cloud kernel under emulation and runs the tests
# of tools/measure there, as root and as a user to whom groups are delegated or not, and in a container's namespace.
# No part of CTest: it takes some minutes and the packages busybox-static, cpio, qemu-system-x86 and util-linux; the
# kernel's package is unpacked, not installed.
set -euo pipefail

if [[ "${1:-}" == -* ]]; then
  echo "usage: tests/validation/cgroup_v2.sh [BUILD_FOLDER]     build/release, if none is given"
  exit 2
fi
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tests=$(realpath "${1:-$repository/build/release}")/tests/tools_tests
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
root=$folder/root

kernel() {
  local package
  package=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: //p;T;q')
  (cd "$folder" && apt-get download -q "$package" > download.log 2>&1 && dpkg-deb -x "$package"_*.deb kernel)
}

with_libraries() {  # a program, to the place that it has here
  local file
  for file in "$1" $(ldd "$1" | grep -o '/[^ ]*' | sort -u); do
    mkdir -p "$root$(dirname "$file")"
    cp -L "$file" "$root$file"
  done
}

file_system() {
  local applet library module
  mkdir -p "$root"/{bin,dev,etc,home,proc,sys,tmp}
  cp /bin/busybox "$root/bin/"
  for applet in sh cat chown env grep ifconfig mkdir mount poweroff ps sleep su tail umount; do
    ln -s busybox "$root/bin/$applet"
  done
  printf 'root:x:0:0::/:/bin/sh\nuser:x:1000:1000::/home:/bin/sh\n' > "$root/etc/passwd"
  with_libraries "$tests"
  with_libraries /usr/bin/unshare
  with_libraries "$(realpath /usr/bin/python3)"
  ln -s "$(realpath /usr/bin/python3)" "$root/bin/python3"
  library=$(/usr/bin/python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
  mkdir -p "$root$library/lib-dynload"
  for module in "$library"/*.py "$library"/{encodings,collections,re,lib-dynload}; do cp -rL "$module" "$root$library/"; done
  mkdir -p "$root$repository/tests/tools"
  cp -r "$repository/tests/tools/measure" "$root$repository/tests/tools/"
}

# Left out are two tests that an emulated core is too slow for: Python must start, or answer often, within their time.
check() {
  cat << END
#!/bin/sh
echo "== \$1"
cd /tmp
$tests -sf='*/measure/cgroup_test*,*/measure/measure_run_test*' -tce='*a quota is kept*,*dies under load*' -nc | tail -n 20
END
}

first_program() {
  cat << END
#!/bin/sh
export PATH=/bin
groups=/sys/fs/cgroup
mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs dev /dev; mount -t tmpfs tmp /tmp -o mode=1777
mount -t cgroup2 -o nsdelegate cgroup2 \$groups
ifconfig lo 127.0.0.1 up
exec > /dev/ttyS0 2>&1
/check "root, in the root group"
mkdir \$groups/service
sh -c "echo 0 > \$groups/service/cgroup.procs; exec /check 'root, in a group that holds processes'"
grep . \$groups/service/cgroup.subtree_control && echo "FAILURE: a group that holds processes was changed"
su user -c "/check 'a user without a group'"
mkdir -p \$groups/user/session
chown -R user \$groups/user
sh -c "echo 0 > \$groups/user/session/cgroup.procs; exec su user -c \"/check 'a user with a group'\""
contained() {  # name, options of the mount
  sh -c "echo 0 > \$groups/service/cgroup.procs
         exec /usr/bin/unshare --cgroup --mount sh -c 'umount \$groups; mount -t cgroup2 \$2 none \$groups; exec /check \$1'"
}
contained container ""
contained read-only "-o ro"
ls -d \$groups/forkcast-* \$groups/*/forkcast-* 2> /dev/null && echo "FAILURE: groups are left"
echo "== end"
poweroff -f
END
}

kernel
file_system
check > "$root/check"
first_program > "$root/init"
chmod +x "$root/check" "$root/init"
(cd "$root" && find . | cpio --quiet -o -H newc | gzip -1) > "$folder/initrd"
timeout 1800 qemu-system-x86_64 -accel tcg -cpu max -smp 2 -m 2048 -nographic -no-reboot -kernel "$folder"/kernel/boot/vmlinuz-* \
  -initrd "$folder/initrd" -append "console=ttyS0 quiet panic=1 no_timer_check rdinit=/init" < /dev/null |
  tr -d '\r' | sed -n '/== root, in the root/,/== end/p' | tee "$folder/log"
grep -q '^== end' "$folder/log" || { echo "it did not come to its end" >&2; exit 1; }
! grep -q FAILURE "$folder/log"
