"""`chili-edge map import`: the register table that an electrician has → a PLC map; see README.md."""
