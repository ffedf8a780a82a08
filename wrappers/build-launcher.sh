#!/bin/sh
# Builds smartopt-clang and smartopt-clang++ as programs: sh wrappers/build-launcher.sh FOLDER
#
# PYTHON is the interpreter that smartopt is installed for, CC the compiler to build with.
set -eu
out=${1:?name the folder for the two programs}
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
interpreter=$("$python" -c 'import sys; print(sys.executable)')
place=$("$python" -c 'import os, smartopt; print(os.path.dirname(os.path.dirname(os.path.abspath(smartopt.__file__))))')
mkdir -p "$out"
"${CC:-cc}" -O2 -Wall -Wextra "-DPYTHON=\"$interpreter\"" "-DPLACE=\"$place\"" -o "$out/smartopt-clang" "$here/launcher.c"
ln -f "$out/smartopt-clang" "$out/smartopt-clang++"
