"""llama.cpp's own server with one model, as `llama-server` runs it: python tests/llama_server.py MODEL TEMPLATE PORT

The package xllamacpp brings it compiled, without its command line. It ends with the process.
"""

from __future__ import annotations

import signal
import sys

import xllamacpp


def main(model: str, template: str, port: str) -> None:
    settings = xllamacpp.CommonParams()
    settings.model.path = model
    settings.chat_template = template
    settings.hostnames = ["127.0.0.1"]
    settings.port = int(port)
    settings.n_ctx, settings.n_parallel = 2048, 1
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(settings)
    while server:
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
