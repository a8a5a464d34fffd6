"""MQTT: the only room that knows paho; see README.md."""
