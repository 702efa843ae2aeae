#!/bin/sh
# Every way of signing in that can run here, against a certified OAuth server.
#   tests/peers/sign_in.sh PROGRAM     the program of sign_in.c; PEERS names the folder of the server
set -u
program=$1
validators=${PEERS-}/validators
leave() { echo "ok sign-in: left out: $1"; exit 0; }
[ -n "${PEERS-}" ] && [ -f "$validators/oidc-server.mjs" ] || leave 'PEERS names no folder with the OAuth server'
for tool in node openssl curl; do
	command -v $tool >/dev/null 2>&1 || leave "there is no $tool"
done
work=$(mktemp -d) || exit 1
children=
# shellcheck disable=SC2086
trap '[ -z "$children" ] || kill $children 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0
said() { [ "$2" -eq 0 ] && echo "ok sign-in: $1" || { failed=1; echo "not ok sign-in: $1"; sed 's/^/#   /' "$work/out"; }; }

# A copy: the server writes its key beside itself.
cp "$validators/oidc-server.mjs" "$validators/package.json" "$validators/package-lock.json" "$work/" || exit 1
if [ -d "$validators/node_modules/oidc-provider" ]; then
	ln -s "$validators/node_modules" "$work/node_modules"
elif ! (cd "$work" && npm ci --ignore-scripts) >"$work/npm.log" 2>&1; then
	leave '`npm ci` of the server failed'
fi

# server LOG [NAME=VALUE...]: starts one on a free port, which is in $port then.
server() {
	log=$work/$1
	shift
	port=$(node -e 'const s = require("net").createServer(); s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
	env "$@" node "$work/oidc-server.mjs" "$port" contoso.example >"$log" 2>&1 &
	children="$children $!"
	for _ in $(seq 100); do
		grep -q '^oidc ready' "$log" && return
		sleep 0.2
	done
	sed 's/^/#   /' "$log"
	echo 'not ok sign-in: the OAuth server starts'
	exit 1
}
server main.log DEVICE_INTERVAL=1
base=http://127.0.0.1:$port
server short.log DEVICE_INTERVAL=1 DEVICE_LIFETIME=3
short=http://127.0.0.1:$port
key=$work/keys/app-cert.pem
openssl req -x509 -key "$key" -out "$work/crt" -days 2 -subj /CN=rouse 2>/dev/null
(umask 077 && cat "$key" "$work/crt" >"$work/both.pem")
graph='token https://graph.microsoft.com'

# sign_in WAY OPTION...: output in $work/out
sign_in() {
	way=$1
	shift
	"$program" "$way" --login "$base" --tenant contoso.example "$@" >"$work/out" 2>&1
}
# good NAME WAY OPTION...; bad NAME 'PART OF THE SENTENCE' WAY OPTION...
good() {
	name=$1
	shift
	sign_in "$@" && grep -q "^$graph" "$work/out"
	said "$name" $?
}
bad() {
	name=$1 part=$2
	shift 2
	! sign_in "$@" && grep -q "^refused .*$part" "$work/out" && ! grep -q 's3cret\|PRIVATE' "$work/out"
	said "$name: $(sed -n 's/^refused //p' "$work/out")" $?
}

# -- secret --
good 'a secret from a command' secret --client app-secret --command 'echo s3cret'
ROUSE_SECRET=s3cret
export ROUSE_SECRET
good 'a secret from the environment, twice' secret --client app-secret --variable ROUSE_SECRET --again 1
unset ROUSE_SECRET
(umask 077 && echo s3cret >"$work/secret")
good 'a secret from a file of its owner' secret --client app-secret --file "$work/secret" --raw "$work/token"
chmod 644 "$work/secret"
bad 'a file that others can read' 'chmod 600' secret --client app-secret --file "$work/secret"
bad 'a wrong secret' 'the client secret is wrong' secret --client app-secret --command 'echo nope'
bad 'an unknown application' 'refused' secret --client nobody --command 'echo s3cret'
bad 'a service that the tenant does not know' 'does not know the service' secret --client app-secret --command 'echo s3cret' --resource https://evil.example
bad 'a command that fails' 'failed with status 1' secret --client app-secret --command 'echo s3cret; exit 1'

# -- certificate --
good 'a certificate, PS256, twice' certificate --client app-cert --certificate "$work/both.pem" --again 1
bad 'RS256 where PS256 is registered' 'refused' certificate --client app-cert --certificate "$work/both.pem" --rs256 1
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/other.key" -out "$work/other.crt" -days 2 -subj /CN=x 2>/dev/null
(umask 077 && cat "$work/other.key" "$work/other.crt" >"$work/other.pem")
bad "somebody else's certificate" 'refused' certificate --client app-cert --certificate "$work/other.pem"
present='present --client app-cert --certificate '$work/both.pem
# shellcheck disable=SC2086
{
	good 'an assertion of our own' $present --id first
	bad 'the same assertion id again' 'refused' $present --id first
	bad 'an assertion for another address' 'refused' $present --id second --audience https://evil.example/token
	bad 'an assertion that is over' 'refused' $present --id third --offset -4000
	bad 'an assertion that was changed' 'refused' $present --id fourth --tamper 1
	bad 'an assertion for another application' 'refused' $present --id fifth --client app-secret
}

# -- federated: the outside token is an assertion that somebody else signed --
"$program" present --client app-cert --certificate "$work/both.pem" --login "$base" --tenant contoso.example --id probe >/dev/null
node -e '
const { createPrivateKey, randomUUID, sign, constants } = require("crypto"), fs = require("fs"), [key, aud, out] = process.argv.slice(1), now = Math.floor(Date.now() / 1000);
const b = (o) => Buffer.from(JSON.stringify(o)).toString("base64url"), t = `${b({ alg: "PS256", typ: "JWT" })}.${b({ iss: "app-cert", sub: "app-cert", aud, jti: randomUUID(), nbf: now, iat: now, exp: now + 300 })}`;
fs.writeFileSync(out, `${t}.${sign("sha256", Buffer.from(t), { key: createPrivateKey(fs.readFileSync(key)), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }).toString("base64url")}\n`);
' "$key" "$base/contoso.example/oauth2/v2.0/token" "$work/outside"
chmod 644 "$work/outside"
good 'an outside token from a file that the platform writes' federated --client app-cert --federated "$work/outside"
bad 'the same outside token again' 'refused' federated --client app-cert --federated "$work/outside"
echo junk >"$work/outside"
bad 'an outside token that is none' 'refused' federated --client app-cert --federated "$work/outside"

# -- device code --
# by_hand NAME 'WANTED' DENY LOGIN OPTION...: enters the code as a person would
by_hand() {
	name=$1 wanted=$2 deny=$3 login=$4
	shift 4
	: >"$work/out"
	"$program" device-code --login "$login" --tenant contoso.example --client app-device "$@" >"$work/out" 2>&1 &
	pid=$!
	for _ in $(seq 50); do
		grep -q '^code http' "$work/out" && break
		sleep 0.1
	done
	code=$(sed -n 's/^code [^ ]* //p' "$work/out")
	[ -z "$deny" ] || curl -s -o /dev/null -d "user_code=$code$deny" "$login/contoso.example/test/approve"
	wait $pid
	grep -q "$wanted" "$work/out"
	said "$name" $?
}
by_hand 'a device code that is entered' "^$graph" '&x=' "$base"
by_hand 'a device code, then a token without asking again' "^$graph" '&x=' "$base" --again 1
[ "$(grep -c '^token' "$work/out")" -eq 2 ] && [ "$(grep -c '^code' "$work/out")" -eq 1 ]
said 'the refresh token is used' $?
by_hand 'a device code that is declined' '^refused The sign-in was declined' '&deny=1' "$base"
by_hand 'a device code that nobody enters' '^refused Nobody entered the code in time' '' "$short"

# -- az --
mkdir "$work/bin"
cat >"$work/bin/az" <<END
#!/bin/sh
[ "\$*" = "account get-access-token --resource https://graph.microsoft.com --query accessToken --output tsv --tenant contoso.example" ] || exit 2
cat '$work/token'
END
chmod 755 "$work/bin/az"
PATH=$work/bin:$PATH good 'the sign-in of az' az
printf '#!/bin/sh\necho "Please run az login" >&2\nexit 1\n' >"$work/bin/az"
PATH=$work/bin:$PATH bad 'az that is not signed in' 'failed with status 1' az

# -- managed identity: numbers as text, after two answers of a service that is starting --
cat >"$work/metadata.mjs" <<'END'
import http from 'node:http';
import { readFileSync } from 'node:fs';
let asked = 0;
http.createServer((q, r) => {
  const u = new URL(q.url, 'http://x'), good = q.headers.metadata === 'true' && !q.headers.authorization && u.pathname === '/metadata/identity/oauth2/token'
    && u.searchParams.get('api-version') === '2018-02-01' && u.searchParams.get('resource') === 'https://graph.microsoft.com';
  if (asked++ === 0) { r.writeHead(404); return r.end('{"error":"starting"}'); }
  if (asked === 2) { r.writeHead(410); return r.end(); }
  const there = good && u.searchParams.get('client_id') !== 'none';
  r.writeHead(there ? 200 : 400, { 'content-type': 'application/json' });
  r.end(there ? JSON.stringify({ access_token: readFileSync(process.argv[2], 'utf8'), refresh_token: '', expires_in: '3599', token_type: 'Bearer' }) : '{"error":"invalid_request","error_description":"Identity not found"}');
}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
END
node "$work/metadata.mjs" "$work/token" >"$work/metadata.log" &
children="$children $!"
for _ in $(seq 50); do
	[ -s "$work/metadata.log" ] && break
	sleep 0.1
done
http_proxy=http://127.0.0.1:1
export http_proxy
metadata=http://127.0.0.1:$(cat "$work/metadata.log")
good 'a managed identity, never through a proxy' managed-identity --metadata "$metadata"
good 'what goes without TLS stays on this machine' secret --client app-secret --command 'echo s3cret'
unset http_proxy
bad 'a managed identity that is not there' 'Identity not found' managed-identity --metadata "$metadata" --client none
exit $failed
