#!/bin/sh
# What an administrator does with the installed service, told to a system that systemd has started (scripts/test-packages).
# Usage: test-service.sh URL PORT OTHER-PORT
set -eu
url=$1 port=$2 other=$3
settings=/etc/default/hpcpack-exporter

fail() {
    echo "FAILED: $*"
    systemctl status --no-pager --full hpcpack-exporter hpcpack-exporter@east || true
    journalctl --no-pager -u hpcpack-exporter -u hpcpack-exporter@east | tail -n 40
    exit 1
}
is() {
    actual=$(systemctl show --value -p "$2" "$1")
    [ "$actual" = "$3" ] || fail "$1: $2 is \"$actual\", not \"$3\""
}
# The answer to a request, without a client in this system.
ask() {
    bash -c "exec 3<>/dev/tcp/127.0.0.1/$1 && printf 'GET $2 HTTP/1.0\r\n\r\n' >&3 && cat <&3"
}
has() { ask "$1" "$2" | grep -q "$3" || fail "port $1: $2 does not say \"$3\""; }
logged() {
    journalctl --sync
    journalctl --no-pager -u "$1" | grep -q "$2" || fail "the log of $1 does not say \"$2\""
}

systemctl is-enabled --quiet hpcpack-exporter || fail "it is not enabled"
systemctl start hpcpack-exporter
is hpcpack-exporter ActiveState inactive
is hpcpack-exporter Result exec-condition
logged hpcpack-exporter "set HPCPACK_EXPORTER_HPCPACK_URL in $settings"
echo "without an address: skipped, and it says what to set"

install -d /etc/hpcpack-exporter
echo monitor | install -o hpcpack-exporter -m 400 /dev/stdin /etc/hpcpack-exporter/password
cat >>"$settings" <<END
HPCPACK_EXPORTER_HPCPACK_URL='$url'
HPCPACK_EXPORTER_HPCPACK_USERNAME='HPC\\monitor'
HPCPACK_EXPORTER_HPCPACK_PASSWORD_FILE='/etc/hpcpack-exporter/password'
HPCPACK_EXPORTER_WEB_LISTEN_ADDRESS='127.0.0.1:$port'
END
systemctl start hpcpack-exporter || fail "it does not start"
# A start ends when the first round has ended, so that nothing needs to be waited for.
is hpcpack-exporter ActiveState active
is hpcpack-exporter StatusText Serving
has "$port" /-/ready " 200 "
has "$port" /metrics "^hpcpack_up 1"
process=$(systemctl show --value -p MainPID hpcpack-exporter)
[ "$(stat -c %U "/proc/$process")" = hpcpack-exporter ] || fail "it runs as another user"
echo "configured: ready with the first round, as user hpcpack-exporter"

systemctl reload hpcpack-exporter || fail "it does not reload"
logged hpcpack-exporter "Asked for a round by SIGHUP"
[ "$(systemctl show --value -p MainPID hpcpack-exporter)" = "$process" ] || fail "a reload is a restart"
echo "reloaded: a round at once"

# The drop-in that the unit shows.
chown root: /etc/hpcpack-exporter/password
sed -i '/PASSWORD_FILE/d' "$settings"
mkdir -p /etc/systemd/system/hpcpack-exporter.service.d
unit=$(systemctl show --value -p FragmentPath hpcpack-exporter)
sed -n 's/^#   //p' "$unit" >/etc/systemd/system/hpcpack-exporter.service.d/password.conf
systemctl daemon-reload
systemctl restart hpcpack-exporter || fail "it does not start with a credential"
has "$port" /metrics "^hpcpack_up 1"
echo "restarted: the password is a credential of root's alone"

sed "s/:$port'/:$other'/" "$settings" >"$settings-east"
echo "HPCPACK_EXPORTER_HPCPACK_PASSWORD_FILE='/etc/hpcpack-exporter/east'" >>"$settings-east"
echo monitor | install -o hpcpack-exporter -m 400 /dev/stdin /etc/hpcpack-exporter/east
systemctl start hpcpack-exporter@east || fail "an instance does not start"
has "$other" /metrics "^hpcpack_up 1"
echo "an instance of the template runs beside it"

systemctl stop hpcpack-exporter hpcpack-exporter@east
is hpcpack-exporter Result success
is hpcpack-exporter@east Result success
# What cannot be used is said, and not tried again and again.
echo "HPCPACK_EXPORTER_COLLECTOR_INTERVAL=never" >>"$settings"
! systemctl start hpcpack-exporter 2>/dev/null || fail "it starts with a setting that it cannot use"
is hpcpack-exporter ActiveState failed
is hpcpack-exporter NRestarts 0
logged hpcpack-exporter "HPCPACK_EXPORTER_COLLECTOR_INTERVAL"
echo "stopped well; with a setting that it cannot use it fails once, and says which"
echo "ALL WELL"
