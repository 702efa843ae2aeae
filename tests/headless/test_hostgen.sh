#!/bin/sh
# Where a generator of estates stands beside the peers ($PEERS/../gen/hostgen.c): its own count of the devices that the classic query should
# find, against what rouse says of each device. Without it there is nothing to do.
. tests/headless/lib.sh
source=${PEERS:+$PEERS/../gen/hostgen.c}
if [ -z "$source" ] || [ ! -f "$source" ]; then
	exit 0
fi
gcc -O2 -o "$work/hostgen" "$source" 2>/dev/null
check "the generator builds" test -x "$work/hostgen"
for seed in 1 2 3; do
	"$work/hostgen" tables --devices 2000 --nasty 300 --seed $seed --out "$work/t$seed" >"$work/expected" 2>/dev/null
	cd "$work/t$seed" || exit 1
	now=2026-01-15T00:00:00Z
	scope='--set scope.os_platform=Windows --set scope.group=Win-Servers-Prod --set scope.group=WIN-SERVERS-DMZ --set scope.group=win-servers-mgmt'
	# shellcheck disable=SC2086
	run detect --device-info DeviceInfo.csv --assessment DeviceTvmSecureConfigurationAssessment.csv \
		--gathering DeviceTvmInfoGathering.csv --store "$work/s$seed.db" $scope
	line=$(head -n 1 "$out")
	check "seed $seed: the count line adds up" sh -c "printf '%s\n' '$line' | tr -c '0-9\n' ' ' | awk '{ for (i = 2; i <= NF; i++) s += \$i; exit s != \$1 || s == 0 }'"
	check "seed $seed: no row is lost" sh -c "sed -n 's/^rows read \\([0-9]*\\): used \\([0-9]*\\), unreadable \\([0-9]*\\);.*/\\1 \\2 \\3/p' '$out' | awk '{ exit !(\$1 == \$2 + \$3 && \$3 == 0) }'"
	# shellcheck disable=SC2086
	run list --all --format json --columns DeviceId,IsApplicable,IsCompliant,AvMode --store "$work/s$seed.db" $scope
	same "$(jq '[.[] | select(.IsApplicable == true and .IsCompliant == false)] | length' "$out")" "$(jq .answer "$work/expected")" \
		"seed $seed: the answer of the generator"
	cd "$top" || exit 1
done
done_here
