"""Cheap servers in any number, for load: values encode their own address and time."""
