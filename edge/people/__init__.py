"""The people side of a node: terminals → records → attendance, and the commands that look at it. A composition root.

Names, numbers and punches stay in the records file; what leaves here is heads by shift, team and kind.
"""
