#!/bin/sh
# Make sure that PDF can be made: Pango and its company for WeasyPrint, and a font. Say loudly when they cannot be had.
# First argument: the Python whose WeasyPrint it is for.
python=${1:-python3}
packages="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-liberation fonts-dejavu-core"
ready() { "$python" -W ignore -c 'import weasyprint.text.ffi as f; assert f.harfbuzz_subset' >/dev/null 2>&1; }
if ready; then exit 0; fi
# the browser may be installed meanwhile, and apt-get does one thing at a time
if command -v flock >/dev/null 2>&1; then one_at_a_time="flock ${TMPDIR:-/tmp}/mkdocs-pir-apt.lock"; else one_at_a_time=""; fi
if command -v apt-get >/dev/null 2>&1; then
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root=none; fi
  fi
  if [ "$as_root" != none ]; then
    echo "Installing Pango and fonts for the PDFs …"
    # shellcheck disable=SC2086
    if $as_root $one_at_a_time apt-get update -qq && DEBIAN_FRONTEND=noninteractive $as_root $one_at_a_time apt-get install -y -qq --no-install-recommends $packages >/dev/null && ready; then
      exit 0
    fi
  fi
fi
echo "************************************************************************"
echo "*  The libraries for making PDF are not here and could not be installed *"
echo "*  (see docs/pdf.md).                                                   *"
echo "*  The tests of PDFs WILL BE SKIPPED (and fail where CI=true), and      *"
echo "*  'pir pdf' will say what is missing. 'make site' publishes no PDFs.    *"
echo "*  Everything else works.                                               *"
echo "************************************************************************"
if [ "${CI:-}" = true ]; then exit 1; fi
exit 0
