"""Hỏi Báo: answers from a person's own pile of Vietnamese news, every sentence backed by a checked quotation."""

__version__ = "0.1.0"
