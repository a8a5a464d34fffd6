"""The files that users write: YAML with a place for every value, checked against a model, every fault named at once."""
