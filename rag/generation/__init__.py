"""Language models, where somebody has one: they word an answer anew, and every sentence of theirs is checked.

Nothing here is imported without a generator in the settings. What is found, and whether a source says something, is
never theirs to decide.
"""
