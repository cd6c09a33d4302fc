# chimein: `make demo` and `make test` do all their own set-up; `make help` lists the rest.
# ARGS="…" goes to the command behind a target: make demo ARGS="--scene kitchen.wav", make test ARGS="-k gate".

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo appliance test lint format types bench soak deb lock clean
MAKEFLAGS += --no-print-directory

PYTHON ?=
export PYTHON

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## hear a kitchen, chime in when it is about Italian cooking: no Pi, no key, no microphone, no internet
	@deploy/setup/ready demo
	@exec .venv/bin/chimein demo $(ARGS)

test: ## lint, types and tests
	@deploy/setup/ready test
	@exec deploy/setup/checks $(ARGS)

lint: ## ruff alone
	@deploy/setup/ready test
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .

format: ## let ruff put the layout right
	@deploy/setup/ready test
	@.venv/bin/ruff check --fix . && .venv/bin/ruff format .

types: ## mypy alone
	@deploy/setup/ready test
	@.venv/bin/mypy $(ARGS)

bench: ## the tables of figures: gate, echo, latency, what a quiet room costs
	@deploy/setup/ready bench
	@exec .venv/bin/python tests/bench $(ARGS)

soak: ## hours of a simulated kitchen and everything that may go wrong with the line (--hours 8, --short)
	@deploy/setup/ready test
	@exec .venv/bin/python tests/soak $(ARGS)

appliance: ## the package in a virtual kitchen: USB sound, pins, a network cable, a power cord
	@deploy/setup/ready test
	@exec tests/appliance/run $(ARGS)

deb: ## the Debian packages, arm64 and amd64, in dist/
	@exec deploy/deb/build $(ARGS)

lock: ## write the hash-locked requirement lists anew (ARGS=--upgrade: with the newest versions)
	@deploy/setup/lock $(ARGS)

clean: ## remove the environment and everything that was built
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -name '*.egg-info' -type d -prune -exec rm -rf {} +
