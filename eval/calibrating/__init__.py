"""The parts of `python -m eval.calibrate`: what is asked and read, what is fitted, what is told."""
