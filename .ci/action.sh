#!/usr/bin/env bash
# The steps of action.yml. Inputs come as environment variables, never spliced into commands.
set -euo pipefail

venv="${RUNNER_TEMP:-/tmp}/mtcheck-venv"

install() {
  "${PYTHON:-python3}" -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "${VERSION:-$ACTION_PATH}"
  "$venv/bin/mtcheck" --version
}

check() {
  local -a arguments paths extra
  # Words of PATHS and ARGS, without globbing: mtcheck expands globs itself.
  set -f
  read -r -d '' -a paths <<<"$PATHS" || true
  read -r -d '' -a extra <<<"${ARGS:-}" || true
  set +f
  arguments=(check "${paths[@]}" -f text -f "github:${RUNNER_TEMP:-/tmp}/mtcheck-annotations")
  [ -n "${SARIF:-}" ] && arguments+=(-f "sarif:$SARIF")
  [ -n "${HTML:-}" ] && arguments+=(-f "html:$HTML")
  [ -n "${GITHUB_STEP_SUMMARY:-}" ] && arguments+=(-f "markdown:${RUNNER_TEMP:-/tmp}/mtcheck.md")
  # A branch's first push has no revision before it.
  if [ "${CHANGED_ONLY:-false}" = true ] && [ -n "${BASE//0/}" ]; then
    arguments+=(--changed-since "$BASE")
  fi
  local code=0
  "$venv/bin/mtcheck" "${arguments[@]}" "${extra[@]}" || code=$?
  [ -f "${RUNNER_TEMP:-/tmp}/mtcheck-annotations" ] && cat "${RUNNER_TEMP:-/tmp}/mtcheck-annotations"
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "${RUNNER_TEMP:-/tmp}/mtcheck.md" ]; then
    cat "${RUNNER_TEMP:-/tmp}/mtcheck.md" >>"$GITHUB_STEP_SUMMARY"
  fi
  [ -n "${GITHUB_OUTPUT:-}" ] && echo "exit-code=$code" >>"$GITHUB_OUTPUT"
  return "$code"
}

"$1"
