#!/bin/sh
# ccache in front of smartopt: a hit costs what a hit costs, and smartopt works only on misses.
#
#   CC=smartopt-clang sh examples/ccache/build.sh FOLDER
#
# ccache cannot see that a new model or a new smartopt changes objects that the same clang makes:
# compiler_check asks smartopt for one line that does.
set -eu
out=${1:?name a folder for the objects}
here=$(cd "$(dirname "$0")" && pwd)
export CCACHE_COMPILERCHECK="${SMARTOPT:-smartopt} --fingerprint"
# Not a clang by name, so ccache is told what it has before it.
export CCACHE_COMPILERTYPE=clang
mkdir -p "$out"
ccache "${CC:-smartopt-clang}" -Oz -c "$here/../tally/tally.c" -o "$out/tally.o"
ccache "${CXX:-smartopt-clang++}" -Oz -fno-rtti -c "$here/../tally/main.cc" -o "$out/main.o"
"${CXX:-smartopt-clang++}" -o "$out/tally" "$out/tally.o" "$out/main.o"
