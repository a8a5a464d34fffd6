"""edge.yaml: files into validated models, with file:line:column for every fault."""
