# Every recipe does its own set-up. `make demo` and `make test` are the two to remember.

# FOR=60 ends the demo after a minute; DEMO_ARGS is passed on, such as DEMO_ARGS=--json.
FOR ?=
DEMO_ARGS ?=
SLOW = browser or cluster or influx or bluez or video or weaknet or restore or truth
# A core each, a file's tests together; SPREAD= runs them one after the other.
SPREAD ?= --numprocesses logical --maxprocesses 4 --dist loadfile
bin = .venv/bin
# Set-up leaves modules uncompiled. Where nothing may be kept, each of a thousand processes compiles them anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test check static docs-check fix bench truth fresh lock docs

setup:
	@deploy/setup.sh

demo: setup
	@$(bin)/hearthline demo $(if $(FOR),--for $(FOR)) $(DEMO_ARGS)

test: setup
	@deploy/test-packages.sh
	@$(bin)/python -m pytest $(SPREAD) $(PYTEST_ARGS)

check: static test docs-check

static: setup
	@$(bin)/ruff format --check .
	@$(bin)/ruff check .
	@$(bin)/mypy
	@$(bin)/lint-imports

docs-check: setup
	@$(bin)/mkdocs build --strict --quiet

fix: setup
	@$(bin)/ruff check --fix .
	@$(bin)/ruff format .

bench: setup
	@deploy/test-packages.sh
	@$(bin)/hearthline bench ingest
	@$(bin)/hearthline bench peak
	@$(bin)/hearthline bench gateway
	@$(bin)/hearthline bench alerts
	@$(bin)/hearthline bench web
	@$(bin)/hearthline bench series
	@$(bin)/hearthline sim matrix

truth: setup
	@deploy/test-packages.sh
	@deploy/test-packages.sh truth-packages.txt
	@$(bin)/python -m pytest -m "$(SLOW)" $(PYTEST_ARGS)

fresh:
	@deploy/fresh.sh

lock:
	@deploy/lock.sh

docs: setup
	@$(bin)/python -m hearthline.reference
	@$(bin)/mkdocs build --strict --quiet
