#!/bin/sh
# Run once by InfluxDB's image after its setup: a user for Grafana who may read the bucket, and nothing else.
set -eu
influx v1 auth create --org "$DOCKER_INFLUXDB_INIT_ORG" --username grafana \
  --password "$(cat /run/secrets/influx_read)" --read-bucket "$DOCKER_INFLUXDB_INIT_BUCKET_ID"
