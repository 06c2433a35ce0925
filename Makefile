# make lab              install everything into .venv, and open JupyterLab on the first lesson
# make test             install what the tests need, and run them: what a newcomer and CI run
# make test-everywhere  the lessons as on other computers, what is rarer, and make mutants
# make dashboard        serve the interactive lab alone, without code, through Voila
# make figs             train on MNIST, and draw the figures in figs/
# make notebooks        run the notebooks, and store them as they are committed
# make book             build the lessons as web pages, in book/_build/html; nothing is run
# make bench            measure speed beside PyTorch, JAX and scikit-learn, and accuracy against seconds
# make mutants          break the network on purpose, and see that the tests notice
#
# Settings: PYTHON=python3.12 (3.11 or newer), VENV=folder, LAB="--port=9999 --ip=0.0.0.0" (anything
# JupyterLab understands), DASHBOARD="--port=9999 --Voila.ip=0.0.0.0" (anything Voila understands),
# TORCH=cpu or cu128 (the build of PyTorch, from its own index) or default (as PyPI has it). Without
# TORCH: the build for the CPU on Linux without an NVIDIA driver (200 MB in place of 5 GB), else default.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
BOOK = book/.venv
TORCH_INDEX = https://download.pytorch.org/whl

ifeq ($(shell id -u),0)
override LAB += --allow-root
endif
ifeq ($(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname)),)
override LAB += --no-browser
override DASHBOARD += --no-browser
endif

.PHONY: lab dashboard test test-everywhere figs notebooks book bench mutants

# What JupyterLab shows at /lab: the first lesson, until the reader has opened others.
FIRST = $(firstword $(sort $(wildcard notebooks/*.ipynb)))
WORKSPACE = {"metadata": {"id": "default"}, "data": { \
	"layout-restorer:data": {"main": {"current": "notebook:$(FIRST)", "dock": { \
	"type": "tab-area", "currentIndex": 0, "widgets": ["notebook:$(FIRST)"]}}}, \
	"notebook:$(FIRST)": {"data": {"path": "$(FIRST)", "factory": "Notebook"}}}}

lab: export JUPYTERLAB_WORKSPACES_DIR = $(VENV)/workspaces
lab: $(VENV)/installed
	@[ -d $(VENV)/workspaces ] || echo '$(WORKSPACE)' | $(BIN)/jupyter lab workspaces import -
	$(BIN)/jupyter lab $(LAB) --LabApp.default_url=/lab/tree/$(FIRST)

dashboard: $(VENV)/installed
	$(BIN)/voila notebooks/09_interactive_lab.ipynb $(DASHBOARD)

# A worker for each core; a file, and so a notebook, stays on one: its cells share a kernel.
PYTEST = $(BIN)/python -m pytest -n logical --durations=10
test: $(VENV)/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -c "from data.mnist import load_mnist; print(load_mnist())"
	$(PYTEST) --dist loadfile --no-loadscope-reorder

test-everywhere: $(VENV)/installed-for-tests $(BOOK)/installed
	$(PYTEST) --dist worksteal tests/everywhere
	$(BIN)/python tests/network/mutants.py

figs: $(VENV)/installed
	$(BIN)/python train.py --epochs 50 --learning-rate 0.1 --batch-size 64 --run best_50e
	$(BIN)/python train.py --epochs 100 --run 100e --out .figs-of-100-epochs
	mv .figs-of-100-epochs/4_layers/100e/training_loss.gif figs/4_layers/training_loss.gif
	rm -r .figs-of-100-epochs
	$(BIN)/python train.py --recipe best --run recipe_best --save .best.npz
	$(BIN)/python -m book.live.pack .best.npz
	rm .best.npz

notebooks: $(VENV)/installed-for-tests
	for script in notebooks/support/figures/pictures/draw_*.py; do $(BIN)/python $$script || exit 1; done
	$(BIN)/python notebooks/support/run_all.py

book: $(BOOK)/installed
	$(BOOK)/bin/python -m book.stage
	$(BOOK)/bin/sphinx-build -q -W -c book book/_build/pages book/_build/html
	@echo "The front page is book/_build/html/index.html."

bench: $(VENV)/installed
	$(PIP) jax
	$(BIN)/python benchmarks/throughput.py
	$(BIN)/python benchmarks/accuracy.py

mutants: $(VENV)/installed-for-tests
	$(BIN)/python tests/network/mutants.py

torch = $(PIP) torch torchvision --index-url $(TORCH_INDEX)
cpu-index-answers = $(BIN)/python -c "import sys, urllib.request; \
	urllib.request.urlopen(sys.argv[1], timeout=10)" $(TORCH_INDEX)/cpu/torch/ 2> /dev/null

$(VENV)/installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
ifneq ($(filter-out default,$(TORCH)),)
	$(torch)/$(TORCH)
else ifeq ($(TORCH)$(shell uname; command -v nvidia-smi || true),Linux)
	@echo "No NVIDIA driver here: PyTorch comes for the CPU, from $(TORCH_INDEX)/cpu (TORCH=default: as PyPI has it)."
	@$(cpu-index-answers) && $(torch)/cpu \
		|| echo "Not to be had from there: PyTorch comes as PyPI has it, with CUDA (5 GB)."
endif
	$(PIP) -r requirements.txt
	touch $@

$(VENV)/installed-for-tests: $(VENV)/installed
	$(PIP) pytest pytest-xdist ruff playwright hypothesis
	touch $@

# Apart from what a learner installs.
$(BOOK)/installed: book/requirements.txt
	$(PYTHON) -m venv $(BOOK)
	$(BOOK)/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	touch $@
