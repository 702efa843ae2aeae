#!/bin/sh
# Installs the packages that are missing, and says nothing when there are none.
#   tests/setup.sh build   what `make` and `make demo` need
#   tests/setup.sh test    what `make test` needs besides
set -u

build="gcc make pkg-config libncurses-dev libcjson-dev libcsv-dev libsqlite3-dev libutf8proc-dev libinih-dev libcurl4-openssl-dev libssl-dev libpcre2-dev"
test="libcmocka-dev libmicrohttpd-dev zlib1g-dev openssl curl clang libclang-rt-dev valgrind tmux sqlite3 jq procps python3"

case ${1-} in
build) wanted=$build ;;
test) wanted="$build $test" ;;
*) echo "usage: tests/setup.sh build|test" >&2; exit 64 ;;
esac

# Without dpkg there is nothing to install with: the build itself names what it does not find.
command -v dpkg-query >/dev/null 2>&1 || exit 0

missing=
for package in $wanted; do
	# pkgconf takes the place of pkg-config on newer releases, and is seen by its command.
	[ "$package" = pkg-config ] && command -v pkg-config >/dev/null 2>&1 && continue
	status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)
	[ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
	if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
		as_root="sudo -n"
	else
		echo "Packages are missing. Run this, then try again:" >&2
		echo "    sudo apt-get update && sudo apt-get install --no-install-recommends -y$missing" >&2
		exit 1
	fi
fi

echo "Installing$missing" >&2
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
# Lists of packages that are there already often do; otherwise they are fetched once.
install() {
	# shellcheck disable=SC2086 # words of a list
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install --no-install-recommends -y -q $missing >"$log" 2>&1 </dev/null
}
install || { $as_root apt-get update -q >"$log" 2>&1 </dev/null && install; } || {
	cat "$log" >&2
	echo "The packages could not be installed (above is what apt-get said):$missing" >&2
	exit 1
}
