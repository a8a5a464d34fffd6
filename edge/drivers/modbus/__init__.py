"""Modbus TCP, RTU and RTU over TCP; see README.md."""
