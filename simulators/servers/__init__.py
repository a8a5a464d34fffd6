"""How the factory speaks: register images, Modbus TCP, OPC UA and the attendance terminal's HTTP."""
