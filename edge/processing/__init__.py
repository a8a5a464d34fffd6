"""Frames in, points and new state out: pure functions of (state, input); see README.md."""
