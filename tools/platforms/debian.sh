# shellcheck shell=bash
# check-platforms debian: a newcomer's two commands in a bare Debian.

check_debian() {
  local release=${1:-} name folder='' mirror
  case $release in
    12) name=bookworm ;;
    13) name=trixie ;;
    *) die "debian: which one, 12 or 13?" ;;
  esac
  shift
  if [ "${1:-}" = --root ] && [ $# = 2 ]; then folder=$2; elif [ $# != 0 ]; then die "debian: unknown option $1"; fi
  [ "$(id -u)" = 0 ] || die "debian: needs root: sudo $0 debian $release"
  command -v debootstrap > /dev/null || die "debian: apt-get install debootstrap"
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || die "debian: no mirror is named in this system's package sources"
  if [ -z "$folder" ]; then
    folder=$(mktemp -d "${TMPDIR:-/tmp}/exo-debian-$release.XXXXXX")
    # shellcheck disable=SC2064
    trap "rm -rf --one-file-system '$folder'" EXIT
  fi
  local logs=$root/build/debian-$release
  if [ ! -e "$folder/root/bare" ]; then
    step "debian $release: a bare root" "$logs/debootstrap.log" bare_root "$name" "$folder" "$mirror"
  fi
  step "debian $release: git, and a clone of HEAD" "$logs/clone.log" clone_into "$folder"
  step "debian $release: tools/run" "$logs/run.log" in_root "$folder" /root/exo-harness tools/run
  step "debian $release: tools/test" "$logs/test.log" in_root "$folder" /root/exo-harness tools/test
  grep -E '% tests passed|did not run' "$logs/test.log" | sed "s/^/debian $release: /"
}

# Where this system has its Debian packages from; when it is no Debian, where debootstrap has them from.
debian_mirror() {
  if grep -q '^ID=debian' /etc/os-release; then
    { cat /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2> /dev/null || true; } |
      awk '$1 == "URIs:" { print $2 } $1 == "deb" { for (i = 2; i < NF; ++i) if ($i ~ /:\/\//) print $i }' | sed -n 1p
  else
    sed -n 's/^DEF_MIRROR="\(.*\)"/\1/p' "$(command -v debootstrap)"
  fi
}

bare_root() {
  local name=$1 folder=$2 mirror=$3
  mkdir -p "$folder"
  chmod 755 "$folder"  # It becomes `/`, which everybody may enter.
  unshare --mount --propagation private debootstrap --variant=minbase "$name" "$folder" "$mirror"
  touch "$folder/root/bare"
}

# What every newcomer has done before: a network, git, a clone.
clone_into() {
  local folder=$1 file
  cp -L /etc/resolv.conf "$folder/etc/resolv.conf"
  for file in /etc/apt/apt.conf.d/*; do
    if grep -qs '^Acquire' "$file"; then cp "$file" "$folder/etc/apt/apt.conf.d/"; fi
  done
  in_root "$folder" / apt-get update -qq
  in_root "$folder" / apt-get install -y -qq git ca-certificates
  # In a root that was kept, the clone goes on to HEAD and what it has built stays.
  if [ ! -e "$folder/root/exo-harness/.git" ]; then
    git -c safe.directory='*' clone -q --no-hardlinks "$root" "$folder/root/exo-harness"
  fi
  git -c safe.directory='*' -C "$folder/root/exo-harness" fetch -q "$root" HEAD
  git -c safe.directory='*' -C "$folder/root/exo-harness" reset -q --hard FETCH_HEAD
}

# in_root FOLDER DIRECTORY COMMAND...: with mounts and processes of its own, which end with the command.
in_root() {
  local folder=$1 directory=$2 name
  shift 2
  local -a environment=(HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
  for name in http_proxy https_proxy no_proxy; do [ -z "${!name:-}" ] || environment+=("$name=${!name}"); done
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child --propagation private bash -euc '
    folder=$1 directory=$2
    shift 2
    mount -t proc proc "$folder/proc"
    mount --rbind /dev "$folder/dev"
    mount --rbind /sys "$folder/sys"
    chroot "$folder" env -i "$@"' bash "$folder" "$directory" "${environment[@]}" bash -c 'cd "$0" && exec "$@"' "$directory" "$@"
}
