"""What goes wrong in the simulated plant, when, and by which seed."""
