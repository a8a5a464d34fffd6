"""Holidays and make-up workdays of China, as published and by rule."""
