#!/usr/bin/env bash
# Installs Slurm from Debian's packages, as root, for tests/cluster. It starts nothing, and the tests
# use nothing of /etc.
set -euo pipefail
PATH="$PATH:/usr/sbin"
installed=yes
for tool in slurmctld slurmd munged sbatch; do
  command -v "$tool" >/dev/null || installed=no
done
if [ "$installed" = yes ]; then exit 0; fi
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 # at which no package starts its service
apt-get update -qq
apt-get install -y -qq --no-install-recommends munge slurmctld slurmd slurm-client >/dev/null
