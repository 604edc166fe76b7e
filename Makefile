# Everything a person needs to run, build and check Hỏi Báo. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := bash
VENV := .venv
BIN := $(VENV)/bin
LIBRARY ?= library
OUT ?= runs/seeds
DATA ?= ../shared/data
NEWS ?= runs/news-library
HOST ?= 127.0.0.1
PORT ?= 7860
WORKERS ?= 2

.PHONY: help chat index test lint eval eval-news ablation news-library retrieval bench sentences calibrate reader entailment lock setup clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

chat: index ## install, index seeds/, start the chat on http://127.0.0.1:7860
	$(BIN)/hoibao chat --library $(LIBRARY) --host $(HOST) --port $(PORT)

index: $(VENV)/.runtime
	$(BIN)/hoibao index seeds --library $(LIBRARY)

test: $(VENV)/.dev lint ## install what the tests need (Chromium included) and run lint, types and all tests
	scripts/install-chromium
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --cov --cov-report=term

lint: $(VENV)/.dev ## style, types, and who may import what
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

eval: index ## answer the 160+ questions over seeds/ and write the report to runs/seeds/
	$(BIN)/hoibao eval --set eval/sets/seeds.jsonl --library $(LIBRARY) --out $(OUT)

eval-news: news-library ## answer the 300 questions over one newspaper and write the report to runs/news/ (needs DATA)
	$(BIN)/hoibao eval --set eval/sets/news.jsonl --library $(NEWS) --out runs/news

ablation: index news-library ## both sets with the parts of answering switched on one by one, in runs/*-ablation/ (needs DATA)
	$(BIN)/hoibao eval --ablation --set eval/sets/seeds.jsonl --library $(LIBRARY) --out runs/seeds-ablation
	$(BIN)/hoibao eval --ablation --set eval/sets/news.jsonl --library $(NEWS) --out runs/news-ablation

# What is indexed already is only looked at: indexing anew changes nothing and takes a second.
news-library: $(VENV)/.runtime
	$(BIN)/hoibao index $(DATA)/news/dated.jsonl.gz --library $(NEWS)

retrieval: $(VENV)/.runtime ## figures of every leg, fusion and part of the search, into docs/retrieval.md (needs DATA)
	$(BIN)/python -m eval.retrieval --data $(DATA) --out runs/retrieval --page docs/retrieval.md

bench: $(VENV)/.runtime ## indexing speed, memory, latency by stage, cold start, a killed run continued (needs DATA)
	$(BIN)/python -m eval.bench --data $(DATA)

sentences: $(VENV)/.runtime ## F1 of the sentence boundaries on the hand-marked set (needs DATA)
	$(BIN)/python -m eval.sentences --data $(DATA)

calibrate: $(VENV)/.runtime ## fit the weights that decide whether an answer is given (needs DATA)
	$(BIN)/python -m eval.calibrate --data $(DATA)

reader: $(VENV)/.runtime ## train the span reader anew, hours; stopped, it goes on where it was (needs DATA)
	$(BIN)/python -m eval.reader negatives --data $(DATA)
	$(BIN)/python -m eval.reader train --data $(DATA)
	$(BIN)/python -m eval.reader export

entailment: $(VENV)/.runtime ## train the network that checks a model's sentences anew, forty minutes (needs DATA)
	$(BIN)/python -m eval.entailment train --data $(DATA)
	$(BIN)/python -m eval.checker fit --data $(DATA)

lock: $(VENV)/.dev ## renew the pinned versions in requirements.lock and requirements-dev.lock
	scripts/lock

setup: $(VENV)/.dev ## the development environment

clean: ## remove the environment, the seeds library and all run results
	rm -rf $(VENV) $(LIBRARY) runs build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis htmlcov .coverage*

$(VENV)/.runtime: requirements.lock pyproject.toml
	scripts/install requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml
	scripts/install requirements-dev.lock
	@touch $@ $(VENV)/.runtime
