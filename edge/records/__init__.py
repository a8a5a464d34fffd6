"""What is not a time series: roster and punches. Personal data rests here, on the node, and nowhere else."""
