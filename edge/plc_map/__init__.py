"""PLC maps: one YAML file per machine type → the tags of a driver, every fault named with its place; see plc_maps/README.md."""
