#!/bin/sh
# page_browser_test.sh CHECK WRITE_REPORTS GOLDEN
#
# Looks at the page of the golden run in a headless Chromium. Exit 77 with the reason where there is none.
set -eu
check=$1 write_reports=$2 golden=$3
browser=
for name in chromium chromium-browser google-chrome google-chrome-stable \
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
  if command -v "$name" > /dev/null 2>&1; then browser=$name; break; fi
done
if [ -z "$browser" ]; then echo "skipped: no Chromium or Chrome on this machine"; exit 77; fi

place=$(mktemp -d "${TMPDIR:-/tmp}/exo-page.XXXXXX")
trap 'rm -rf "$place"' EXIT
cp -R "$golden/." "$place/"
"$write_reports" "$place" > "$place/sentence"
page=file://$place/report.html

# The page after its scripts have run; what it said on the console is in $place/console.
look() {
  address=$1; shift
  "$browser" --headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update \
    --disable-sync --host-resolver-rules='MAP * ~NOTFOUND' --no-first-run --user-data-dir="$place/profile" --enable-logging=stderr --v=0 --virtual-time-budget=5000 "$@" \
    --dump-dom "$page$address" > "$place/dom" 2> "$place/console"
  [ -s "$place/dom" ] || { echo "the browser gave no page:"; tail -n 5 "$place/console"; exit 1; }
}
fail() { echo "FAILED: $*"; exit 1; }
has() { grep -qF -- "$1" "$place/dom" || fail "the page has no: $1"; }
has_not() { ! grep -qF -- "$1" "$place/dom" || fail "the page has: $1"; }
# Rows of tests that are hidden.
hidden_rows() { grep -c '<tr data-status="[a-z_]*"[^>]* hidden' "$place/dom" || true; }

case $check in
  quiet)
    look ""
    has '<html lang="en" class="js">'
    # The policy allows no request at all and tells the console of each attempt: silence means that there was none.
    has "default-src 'none'"
    ! grep -F ':CONSOLE' "$place/console" || fail "the page has something on the console"
    ! grep -E '(src|srcset|href|action|poster)="([a-z]+:)?//' "$place/dom" || fail "the page refers to another place" ;;
  search)
    look ""
    has '64 tests</span>'
    [ "$(hidden_rows)" = 0 ] || fail "rows are hidden without a filter"
    look "#q=status:failed"
    has '1 of 64 tests</span>'
    [ "$(hidden_rows)" = 63 ] || fail "$(hidden_rows) rows are hidden, expected 63"
    look "#q=nemotron%20placement:pipeline%20suite:inference"
    has '7 of 64 tests</span>'
    look "#q=%E0%A4%A%3Cimg%3E"
    has '0 of 64 tests</span>' ;;
  logs)
    look "#log-1"
    has 'whole log</span>'
    has 'Changing queue pair to RTR failed with errno 60 &lt;/script&gt;'
    has 'step 0: node studio-2'
    look "#log-0=errno"
    has '1 lines</span>'
    has 'lines with “errno”' ;;
  hostile)
    look "#log-1"
    has_not '<img'
    has_not '<script>document'
    has_not '<title>pwned'
    has '&lt;script&gt;document.title='
    has '\u202Egnp.exe' ;;
  without-scripts)
    sed -i.whole "s/script-src 'sha256-[^']*'/script-src 'none'/" "$place/report.html"
    look ""
    has '<html lang="en">'
    has 'a process died'
    has 'Changing queue pair to RTR failed with errno 60 &lt;/script&gt;'
    has 'TensorParallel.StartsOverJaccl/llama-3.2-1b'
    has 'needs 4 nodes, the cluster has 2'
    has 'studio-1 and studio-2: rdma, both ways'
    has '.needs-js { display: none; }' ;;
  budget)
    # 10,000 tests and 100 MB of logs: written and opened, filter and log at work.
    awk 'BEGIN {
      seq = 0
      printf "{\"v\":1,\"seq\":%d,\"t_ns\":0,\"utc\":\"2026-11-25T02:00:00.000Z\",\"w\":\"h\",\"ev\":\"run.started\",\"run_id\":\"big\"}\n", seq++
      for (l = 0; l < 4; l++) printf "{\"v\":1,\"seq\":%d,\"t_ns\":0,\"utc\":\"\",\"w\":\"h\",\"ev\":\"log.file\",\"node\":\"n%d\",\"path\":\"logs/n%d.log\",\"kind\":\"exo\"}\n", seq++, l, l
      for (t = 0; t < 10000; t++) {
        s = "suite" int(t / 500)
        if (t % 500 == 0) printf "{\"v\":1,\"seq\":%d,\"t_ns\":0,\"utc\":\"\",\"w\":\"h\",\"ev\":\"suite.started\",\"suite\":\"%s\"}\n", seq++, s
        printf "{\"v\":1,\"seq\":%d,\"t_ns\":0,\"utc\":\"\",\"w\":\"h\",\"ev\":\"test.started\",\"suite\":\"%s\",\"test\":\"Load.Test%d\",\"model\":\"m\",\"placement\":\"p\"}\n", seq++, s, t
        printf "{\"v\":1,\"seq\":%d,\"t_ns\":0,\"utc\":\"\",\"w\":\"h\",\"ev\":\"test.ended\",\"suite\":\"%s\",\"test\":\"Load.Test%d\",\"result\":\"%s\",\"took_ms\":7,\"failures\":[]}\n", seq++, s, t, t % 100 == 7 ? "failed" : "passed"
        if (t % 500 == 499) printf "{\"v\":1,\"seq\":%d,\"t_ns\":0,\"utc\":\"\",\"w\":\"h\",\"ev\":\"suite.ended\",\"suite\":\"%s\",\"exit_code\":1}\n", seq++, s
      }
      printf "{\"v\":1,\"seq\":%d,\"t_ns\":0,\"utc\":\"\",\"w\":\"h\",\"ev\":\"run.ended\",\"exit_code\":1}\n", seq++
    }' > "$place/journal.jsonl"
    for node in 0 1 2 3; do
      awk -v node=$node 'BEGIN { srand(node); for (i = 0; i < 330000; i++) printf "[ 02:00:00.000 | INFO ] node %d step %d value %.9f of runner %d\n", node, i, rand(), rand() * 1e6 }' > "$place/logs/n$node.log"
    done
    du -k "$place/logs" | tail -n 1
    start=$(date +%s); "$write_reports" "$place"; echo "written in $(($(date +%s) - start)) s, $(wc -c < "$place/report.html") bytes"
    [ "$(wc -c < "$place/report.html")" -lt 104857600 ] || fail "the page is over 100 MiB"
    start=$(date +%s); look "#q=status:failed"; echo "opened and filtered in $(($(date +%s) - start)) s, with the start of the browser"
    has '100 of 10000 tests</span>'
    look "#log-3=step%20329999"
    has '1 lines</span>' ;;
  *) echo "unknown check $check"; exit 2 ;;
esac
