"""Reports that are issued without anybody asking: when, their editions, and their way to people."""
