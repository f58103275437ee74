#!/usr/bin/env bash
# PostgreSQL runs this once, on an empty volume: each service that needs one owns one database and can open no other's.
# The password is the one in the service's own address, so that it stands in one place.
set -euo pipefail

for service in registry issuer-cm issuer-ga; do
  url=$(cat "${SECRETS:-/run/secrets}/$service-database-url")
  password=${url#*://*:}
  password=${password%%@*}
  psql -v ON_ERROR_STOP=1 -U postgres -v name="$service" -v password="$password" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
