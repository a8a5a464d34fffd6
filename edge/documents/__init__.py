"""The files that users write: YAML with a place for every value and every fault named at once, and tables as sheets."""
