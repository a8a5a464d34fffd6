"""A small plant whose every part is killed, cut off, filled up and set wrong at random, and counted all the same."""
