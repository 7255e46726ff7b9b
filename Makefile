# Two commands are all there is to know:
#   make film   sets up and builds the example film, then says where the movie is
#   make test   sets up and runs every check that CI runs
BIN := .venv/bin
READY := .venv/.ready
SCRIPT ?= examples/the-last-reel.fountain
NAME = $(basename $(notdir $(SCRIPT)))

.DEFAULT_GOAL := test
.PHONY: film test test-slow explore setup services lint lock pin bench clean

film: setup
	@$(BIN)/mstation make $(SCRIPT) --out films/$(NAME)

test: setup services lint
	@$(BIN)/pytest -n auto --dist loadgroup -m "not slow"

test-slow: setup services
	@$(BIN)/pytest -n auto --dist loadgroup -m slow

setup: $(READY)

$(READY): pyproject.toml requirements.lock src/mstation/assets.toml tools/setup.sh
	@sh tools/setup.sh
	@touch $(READY)

# The laws under examples that nobody has tried yet; what it finds becomes a test.
explore: setup services
	@HYPOTHESIS_PROFILE=explore $(BIN)/pytest -n auto --dist loadgroup -m "not slow" \
	  $$(git grep -l "from hypothesis import" -- tests ":!tests/conftest.py")

services:
	@sh tools/services.sh

lint: setup
	@$(BIN)/ruff format --check src tests benchmarks tools
	@$(BIN)/ruff check src tests benchmarks tools
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

# Newer libraries: change the bounds in pyproject.toml, then this, then the tests.
lock: setup
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header --upgrade -q -o requirements.lock

# After a step's code changed on purpose: counts its version up and pins its new source.
pin: setup
	@$(BIN)/python tools/pin_steps.py

bench: setup
	@$(BIN)/python benchmarks/screenplay_reading.py
	@$(BIN)/python benchmarks/element_finding.py
	@$(BIN)/python benchmarks/film_build.py
	@$(BIN)/python -m benchmarks.shot_grammar --speed
	@$(BIN)/python -m benchmarks.previs_speed
	@$(BIN)/python -m benchmarks.rights
	@$(BIN)/python -m benchmarks.likeness
	@$(BIN)/python benchmarks/search.py
	@$(BIN)/python benchmarks/talent_search.py
	@$(BIN)/python benchmarks/crew_matching.py

clean:
	rm -rf films .venv
