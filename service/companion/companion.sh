#!/bin/sh
# Beside an application that knows nothing of Amazon ECS. One argument says what to do:
#   hold    the container's own process: lives as long as the application, and after SIGTERM for DRAIN_SECONDS more. ECS stops
#           containers in the reverse order of dependsOn, so that the application gets its SIGTERM only then.
#   ask     the container's health check: exits with 0 when GET HEALTH_PATH on PORT is answered with a status below 500
#   answer  one exchange of `ask`, with the connection as its input and output
#   open    makes every folder that is mounted below /writable one that any user may write to: AWS gives it to root alone
# Needs of busybox: sh, nc with -e, wget, timeout, tr, sed, grep, chmod, sleep. APPLICATION is the name of the application's container.

answer() {
  printf 'GET %s HTTP/1.1\r\nHost: localhost:%s\r\nUser-Agent: companion\r\nAccept: */*\r\nConnection: close\r\n\r\n' \
    "$HEALTH_PATH" "$PORT"
  # What begins with 1 is not the answer yet.
  interim=
  while read -r version status _; do
    case "$version $status" in
      HTTP/1.[01]\ 1[0-9][0-9]*) interim=1 ;;
      HTTP/1.[01]\ [2-4][0-9][0-9]*) exit 0 ;;
      HTTP/1.*) refuse "is answered with $version $status" | tr -d '\r' >&2; exit 1 ;;
      *) [ -n "$interim" ] || { refuse "is answered, but not by HTTP/1" >&2; exit 1; } ;;
    esac
  done
  refuse "is not answered" >&2
  exit 1
}

# Why the application is not healthy, for whoever looks at the health check's output.
refuse() { echo "GET $HEALTH_PATH $1"; }

# Whether the application's container has stopped, by the task metadata endpoint.
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate-response.html
stopped() {
  timeout 2 wget -q -O - "$ECS_CONTAINER_METADATA_URI_V4/task" | tr -d ' \n' |
    sed 's/{"DockerId"/\n&/g' | grep "\"Name\":\"$APPLICATION\"" | grep -q '"KnownStatus":"STOPPED"'
} 2>/dev/null # Also what the shell says of a request that was cut off.

# In the background, so that a signal is heard at once.
rest() {
  sleep "$1" &
  wait $!
}

hold() {
  draining=
  trap 'draining=1' TERM
  while [ -z "$draining" ]; do
    if stopped; then
      echo "companion: $APPLICATION has ended, and the task ends with it"
      exit 1
    fi
    [ -n "$draining" ] || rest 1
  done
  trap '' TERM
  echo "companion: told to stop; $APPLICATION serves on for $DRAIN_SECONDS s"
  sleep "$DRAIN_SECONDS"
  exit 0
}

case "$1" in
  hold) hold ;;
  ask) exec nc 127.0.0.1 "$PORT" -e "$0" answer ;;
  answer) answer ;;
  open) exec chmod 1777 /writable/* ;;
esac
echo "companion: what is \`$1\`? One of hold, ask, open" >&2
exit 2
