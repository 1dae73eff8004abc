#!/bin/sh
# Make sure that there is a Chromium for the tests in a real browser; say loudly when there is none to be had.
for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if command -v flock >/dev/null 2>&1; then one_at_a_time="flock ${TMPDIR:-/tmp}/mkdocs-pir-apt.lock"; else one_at_a_time=""; fi
if command -v apt-get >/dev/null 2>&1; then
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root=none; fi
  fi
  if [ "$as_root" != none ]; then
    echo "Installing Chromium for the browser tests …"
    # the libraries of PDFs may be installed meanwhile, and apt-get does one thing at a time
    $as_root $one_at_a_time apt-get update -qq
    # the one without a window takes a quarter of the time for the same pages; some systems have only the other
    for package in chromium-headless-shell chromium; do
      if DEBIAN_FRONTEND=noninteractive $as_root $one_at_a_time apt-get install -y -qq --no-install-recommends $package fonts-liberation >/dev/null; then
        exit 0
      fi
    done
  fi
fi
echo "************************************************************************"
echo "*  There is no Chromium here and it could not be installed.            *"
echo "*  The tests in a real browser WILL BE SKIPPED (and fail where CI=true).*"
echo "*  Install it with your system's package manager, then run again.      *"
echo "************************************************************************"
if [ "${CI:-}" = true ]; then exit 1; fi
exit 0
