# What CI does, step by step. `.ci/run` is the same in one go; it needs no just.

set shell := ["bash", "-euo", "pipefail", "-c"]
export PLIMSOLL_TOOLS := env("PLIMSOLL_TOOLS", home_directory() / ".cache/plimsoll-tools")

# The recipes.
default:
    @just --list

# Everything that CI does.
ci:
    .ci/run

# The programs that the interop tests need (.ci/versions).
install:
    .ci/install

# All tests; those whose programs are missing say so.
test *ARGUMENTS:
    cargo test --workspace {{ARGUMENTS}}

# Format and lints.
lint:
    .ci/run format lint

# The documentation, without warnings.
doc:
    .ci/run doc

# Licences, bans, sources, advisories.
deny:
    .ci/run deny

# Real programs against the registry; nothing may be missing.
interop *FILTER:
    PLIMSOLL_CI=1 cargo test -p conformance --test interop -- {{FILTER}}

# Writes conformance/docs/registries.md: our checks against every registry.
matrix:
    PLIMSOLL_CI=1 PLIMSOLL_MATRIX=write cargo test -p conformance --test interop registries::

# The micro-benchmarks.
bench *ARGUMENTS:
    cargo bench -p benches {{ARGUMENTS}}
