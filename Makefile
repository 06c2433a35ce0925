# make lab        install everything into .venv, and open JupyterLab on the first notebook
# make test       install what the tests need, and run all of them
# make dashboard  serve the interactive lab alone, without code, through Voila
# make figs       train on MNIST, and draw the figures in figs/
# make notebooks  run the notebooks, and store them as they are committed
# make bench      measure speed beside PyTorch, JAX and scikit-learn, and accuracy against seconds
# make mutants    break nn_core.py on purpose, and see that the tests notice
#
# Settings: PYTHON=python3.12 (3.11 or newer), VENV=folder, TORCH=cpu (on Linux: PyTorch without
# CUDA, 200 MB in place of 5 GB), LAB="--port=9999 --ip=0.0.0.0" (anything JupyterLab understands),
# DASHBOARD="--port=9999 --Voila.ip=0.0.0.0" (anything Voila understands).

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check

ifeq ($(shell id -u),0)
override LAB += --allow-root
endif
ifeq ($(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname)),)
override LAB += --no-browser
override DASHBOARD += --no-browser
endif

.PHONY: lab dashboard test figs notebooks bench mutants

lab: $(VENV)/installed
	$(BIN)/jupyter lab $(LAB) --LabApp.default_url=/lab/tree/$(firstword $(wildcard notebooks/*.ipynb))

dashboard: $(VENV)/installed
	$(BIN)/voila notebooks/09_interactive_lab.ipynb $(DASHBOARD)

test: $(VENV)/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest

figs: $(VENV)/installed
	$(BIN)/python train.py --epochs 50 --learning-rate 0.1 --batch-size 64 --run best_50e
	$(BIN)/python train.py --epochs 100 --run 100e --out .figs-of-100-epochs
	mv .figs-of-100-epochs/4_layers/100e/training_loss.gif figs/4_layers/training_loss.gif
	rm -r .figs-of-100-epochs
	$(BIN)/python train.py --recipe best --run recipe_best

notebooks: $(VENV)/installed-for-tests
	for script in notebooks/support/figures/pictures/draw_*.py; do $(BIN)/python $$script || exit 1; done
	$(BIN)/python notebooks/support/run_all.py

bench: $(VENV)/installed
	$(PIP) jax
	$(BIN)/python benchmarks/throughput.py
	$(BIN)/python benchmarks/accuracy.py

mutants: $(VENV)/installed-for-tests
	$(BIN)/python tests/network/mutants.py

$(VENV)/installed: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(if $(TORCH),$(PIP) torch torchvision --index-url https://download.pytorch.org/whl/$(TORCH))
	$(PIP) -r requirements.txt
	touch $@

$(VENV)/installed-for-tests: $(VENV)/installed
	$(PIP) pytest ruff playwright hypothesis
	touch $@
