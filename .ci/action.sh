#!/usr/bin/env bash
# The steps of action.yml. Inputs come as environment variables, never spliced into commands.
# Works with the bash 3.2 of macOS runners too.
set -euo pipefail

temp="${RUNNER_TEMP:-${TMPDIR:-/tmp}}"
venv="$temp/mtcheck-venv"

# Where the virtual environment keeps its commands: Scripts on Windows.
commands() {
  if [ -d "$venv/Scripts" ]; then
    echo "$venv/Scripts"
  else
    echo "$venv/bin"
  fi
}

install() {
  "${PYTHON:-python3}" -m venv "$venv"
  "$(commands)/python" -m pip install --quiet --disable-pip-version-check -- \
    "${VERSION:-$ACTION_PATH}"
  "$(commands)/mtcheck" --version
}

# Prints the words of $1, each ended by a zero byte. Quotes group words as in a shell, and that is
# all: nothing is expanded or run, and mtcheck expands globs itself.
words() {
  "$(commands)/python" -c '
import shlex, sys
try:
    found = shlex.split(sys.argv[1])
except ValueError as error:
    sys.exit(f"error: {error} in: {sys.argv[1]}")
sys.stdout.buffer.write(b"".join(word.encode("utf-8", "surrogateescape") + b"\0" for word in found))
' "$1"
}

check() {
  local annotations="$temp/mtcheck-annotations" summary="$temp/mtcheck.md"
  local list="$temp/mtcheck-arguments" code=0 token word
  local -a arguments
  # What an earlier step of the same job left there must not be shown again.
  rm -f "$annotations" "$summary"

  arguments=(check -f text -f "github:$annotations")
  if [ -n "${SARIF:-}" ]; then arguments+=(-f "sarif:$SARIF"); fi
  if [ -n "${HTML:-}" ]; then arguments+=(-f "html:$HTML"); fi
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then arguments+=(-f "markdown:$summary"); fi
  # A branch's first push has only zeros before it, other events nothing at all.
  if [ "${CHANGED_ONLY:-false}" = true ] && [ -n "${BASE:-}" ] && [ -n "${BASE//0/}" ]; then
    arguments+=("--changed-since=$BASE")
  fi
  words "${ARGS:-}" >"$list" || return 2
  while IFS= read -r -d '' word; do arguments+=("$word"); done <"$list"
  arguments+=(--) # a path is never an option
  words "${PATHS:-.}" >"$list" || return 2
  while IFS= read -r -d '' word; do arguments+=("$word"); done <"$list"

  # The report quotes the texts; nothing in them may be taken for a command to the runner.
  token="mtcheck-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  echo "::stop-commands::$token"
  "$(commands)/mtcheck" "${arguments[@]}" 2>&1 || code=$?
  echo "::$token::"

  if [ -f "$annotations" ]; then cat "$annotations"; fi
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$summary" ]; then
    cat "$summary" >>"$GITHUB_STEP_SUMMARY"
  fi
  if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "exit-code=$code" >>"$GITHUB_OUTPUT"; fi
  return "$code"
}

case "${1:-}" in
  install | check) "$1" ;;
  *)
    echo "usage: action.sh install|check" >&2
    exit 2
    ;;
esac
