# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by app/run and tests/run: what both need before they can go.
# shellcheck shell=bash

# set_up_packages [tests]: installs what data/packages.txt lists and the machine lacks.
set_up_packages() {
  local top=$1 wanted=${2:-} missing=() part=build line
  while read -r line; do
    case $line in
      ''|'#'*) continue ;;
      tests) part=tests; continue ;;
    esac
    [ "$part" = build ] || [ "$wanted" = tests ] || continue
    dpkg-query -W -f='${db:Status-Status}' "$line" 2>/dev/null | grep -qx installed || missing+=("$line")
  done < "$top/data/packages.txt"
  [ ${#missing[@]} -gt 0 ] || return 0

  local sudo=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "postroad: these packages are missing, and only root can install them: ${missing[*]}" >&2
      return 1
    }
    sudo=sudo
  fi
  echo "postroad: installing ${missing[*]}" >&2
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 &&
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      "${missing[@]}" >&2
}

# set_up_build TOP DIR [MESON OPTION...]: configures DIR once and builds it, quietly unless it fails.
set_up_build() {
  local top=$1 dir=$2 log
  shift 2
  log=$(mktemp)
  if { [ -f "$dir/build.ninja" ] || meson setup "$@" "$dir" "$top"; } >"$log" 2>&1 &&
    ninja -C "$dir" >>"$log" 2>&1; then
    rm -f "$log"
    return 0
  fi
  tail -n 60 "$log" >&2
  echo "postroad: building in $dir failed" >&2
  rm -f "$log"
  return 1
}
