"""A Slurm of one node for tests: three daemons below one folder, all on the loopback interface.

It needs root (device files for GPUs that do not exist) and the commands of Debian's packages munge,
slurmctld, slurmd and slurm-client; no systemd, control groups, database or file in /etc.
"""

import os
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

DAEMONS = ("munged", "slurmctld", "slurmd")
TOOLS = ("sbatch", "srun", "squeue", "sinfo", "scontrol", "scancel", "sacct", "sacctmgr", "sshare")

CONFIGURATION = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# A job queued again waits for its credential to expire first, 120 s by default.
AuthInfo=socket={folder}/munge/socket,cred_expire=10
CredType=cred/munge
# Bind to the address that the host's name resolves to, the loopback, not to all.
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/log/slurmctld
SlurmdLogFile={folder}/log/slurmd
MailProg=/bin/true
MpiDefault=none
SwitchType=switch/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
# Seconds for which squeue still answers for a finished job.
MinJobAge=3600
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=1000
SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=0,batch_sched_delay=0
ReturnToService=2
# Seconds between the request to end and the kill of a job out of time.
KillWait=10
# The node claims more than this machine has.
SlurmdParameters=config_overrides
GresTypes=gpu
NodeName=node1 NodeHostname={host} NodeAddr=127.0.0.1 CPUs=8 RealMemory=64000 Gres=gpu:h100:2
PartitionName=short Nodes=node1 Default=YES State=UP
PartitionName=accelerated Nodes=node1 State=UP
"""


def missing() -> str:
    """Why no Slurm can be started here; "" where one can."""
    absent = [tool for tool in (*DAEMONS, *TOOLS[:6]) if not shutil.which(tool, path=_path())]
    if absent:
        return f"Slurm is not installed: no {', '.join(absent)}"
    if os.getuid() != 0:
        return "only root can make the device files of the test's GPUs"
    host = socket.gethostname().split(".")[0]
    try:
        address = socket.gethostbyname(host)
    except OSError:
        address = "nothing"
    if not address.startswith("127."):
        return f"the host's name {host} resolves to {address}, and Slurm would listen outside"
    return ""


@dataclass(frozen=True)
class Slurm:
    """A running cluster: its folder, and the environment in which its commands work."""

    folder: Path
    environment: Mapping[str, str]

    def run(self, *command: str) -> str:
        """Standard output of one of Slurm's commands."""
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=30, check=True
        ).stdout

    def jobs(self) -> list[dict[str, str]]:
        """All jobs so far, in order: id, state, partition, comment and limit."""
        fields = {"id": "%i", "state": "%T", "partition": "%P", "comment": "%k", "limit": "%l"}
        lines = self.run("squeue", "--states=all", "-h", "-o", "|".join(fields.values()))
        jobs = [dict(zip(fields, line.split("|"), strict=True)) for line in lines.splitlines()]
        return sorted(jobs, key=lambda job: int(job["id"]))


@contextmanager
def one_node(folder: Path) -> Iterator[Slurm]:
    """Start the daemons, and stop them and all jobs at the end of the block."""
    slurm = _configure(folder)
    with ExitStack() as stack:
        munge = folder / "munge"
        _start(
            stack,
            slurm,
            *("munged", "--foreground", "--force", "--num-threads=2", f"--key-file={munge}/key"),
            *(f"--socket={munge}/socket", f"--pid-file={munge}/pid", f"--log-file={munge}/log"),
            f"--seed-file={munge}/seed",
        )
        _wait(slurm, "munge", "-n", "-S", f"{munge}/socket")
        _start(stack, slurm, "slurmctld", "-D", "-c", "-f", f"{folder}/slurm.conf")
        _wait(slurm, "scontrol", "ping")
        _start(stack, slurm, "slurmd", "-D", "-f", f"{folder}/slurm.conf", "-N", "node1")
        _wait(slurm, "sh", "-c", "sinfo -h -n node1 -o %T | grep -qE '^(idle|mixed|allocated)$'")
        # Runs before any daemon is stopped: processes of jobs outlive slurmd.
        stack.callback(_end_jobs, slurm)
        yield slurm


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin"


def _configure(folder: Path) -> Slurm:
    for part in ("munge", "state", "spool", "log", "bin", "dev"):
        (folder / part).mkdir(parents=True, mode=0o755)
    key = folder / "munge" / "key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(128))
    devices = [folder / "dev" / f"nvidia{i}" for i in range(2)]
    for device in devices:
        os.mknod(device, stat.S_IFCHR | 0o666, Path(os.devnull).stat().st_rdev)
    (folder / "gres.conf").write_text(
        "".join(f"NodeName=node1 Name=gpu Type=h100 File={device}\n" for device in devices)
    )
    controller_port, node_port = _free_ports()
    (folder / "slurm.conf").write_text(
        CONFIGURATION.format(
            host=socket.gethostname().split(".")[0],
            folder=folder,
            controller_port=controller_port,
            node_port=node_port,
        )
    )
    # Inside a job the Slurm executor drops SLURM_CONF before it calls srun; PATH stays.
    for tool in TOOLS:
        wrapper = folder / "bin" / tool
        program = shutil.which(tool, path=_path())
        wrapper.write_text(f'#!/bin/sh\nSLURM_CONF={folder}/slurm.conf exec {program} "$@"\n')
        wrapper.chmod(0o755)
    return Slurm(folder, os.environ | {"PATH": f"{folder}/bin:{_path()}"})


def _free_ports() -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(2)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _start(stack: ExitStack, slurm: Slurm, *command: str) -> None:
    log = stack.enter_context((slurm.folder / "log" / f"{command[0]}.out").open("w"))
    daemon = subprocess.Popen(
        command,
        env=slurm.environment | {"SLURM_CONF": f"{slurm.folder}/slurm.conf"},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    stack.callback(_stop, daemon)


def _stop(daemon: subprocess.Popen) -> None:
    daemon.terminate()
    try:
        daemon.wait(timeout=15)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()


def _wait(slurm: Slurm, *command: str) -> None:
    """Until a command that asks a daemon succeeds."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        asked = subprocess.run(command, env=slurm.environment, capture_output=True, check=False)
        if asked.returncode == 0:
            return
        time.sleep(0.1)
    logs = "\n".join(path.read_text()[-2000:] for path in sorted(slurm.folder.glob("log/*")))
    raise RuntimeError(f"{' '.join(command)} does not succeed; the daemons' logs end with\n{logs}")


def _end_jobs(slurm: Slurm) -> None:
    slurm.run("scancel", "--user=root")
    deadline = time.monotonic() + 30
    while slurm.run("squeue", "-h", "-o", "%i") and time.monotonic() < deadline:
        time.sleep(0.1)
