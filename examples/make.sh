#!/usr/bin/env bash
# Makes examples/*.ll from examples/src: clang's front end with -Oz's attributes, and no optimisation yet.
# The results are committed, so that smartopt can be tried on a machine without clang.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")"
for source in src/*; do
    name=$(basename "$source")
    compiler=clang-22
    [ "${name##*.}" = cpp ] && compiler=clang++-22
    "$compiler" -Oz -Xclang -disable-llvm-passes -fno-ident -target x86_64-pc-linux-gnu -S -emit-llvm \
        "$source" -o "${name%.*}.ll"
done
