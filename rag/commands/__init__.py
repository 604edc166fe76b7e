"""The commands of `hoibao`, and how records look on a terminal."""
