#!/bin/sh
# What Dealbridge needs of a Temporal server: a namespace, and its search attributes. Safe to run again. It reads TEMPORAL_ADDRESS,
# TEMPORAL_NAMESPACE and whatever else the temporal command reads.
set -eu
namespace=${TEMPORAL_NAMESPACE:-default}
attempt=0
until temporal operator cluster health >/dev/null 2>&1; do
  attempt=$((attempt + 1))
  [ "$attempt" -lt 30 ] || { echo "Temporal does not answer at ${TEMPORAL_ADDRESS:-its default address}" >&2; exit 1; }
  sleep 2
done
if ! temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1; then
  temporal operator namespace create --retention 72h --namespace "$namespace"
fi
# A new namespace reaches the server's other parts within some seconds.
attempt=0
until known=$(temporal operator search-attribute list --namespace "$namespace" 2>/dev/null); do
  attempt=$((attempt + 1))
  [ "$attempt" -lt 30 ] || { echo "The search attributes of $namespace cannot be listed" >&2; exit 1; }
  sleep 1
done
for name in SyncState SyncRoute SyncSubject; do
  case "$known" in
    *"$name"*) echo "$name is there already" ;;
    *) temporal operator search-attribute create --namespace "$namespace" --name "$name" --type Keyword ;;
  esac
done
