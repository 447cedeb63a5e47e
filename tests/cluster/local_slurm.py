# SPDX-License-Identifier: MIT
"""A Slurm cluster of this one machine in a folder of its own: munged, slurmctld and slurmd, all of them stopped at the end.

    with LocalSlurm(folder) as slurm:
        slurm.run("sbatch", ...)

CannotStart says why there is none: the test that asked for it is skipped.
Debian's packages: slurmctld slurmd slurm-client munge.
"""
import contextlib
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import time

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "sinfo")


class CannotStart(Exception):
    pass


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def find(program):
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


class LocalSlurm:
    def __init__(self, folder, cpus=2):
        self.folder = pathlib.Path(folder)
        self.cpus = cpus
        self.daemons = []  # (name, process), in the order of their start
        self.environment = {**os.environ, "SLURM_CONF": str(self.folder / "slurm.conf")}

    def __enter__(self):
        missing = [program for program in PROGRAMS if not find(program)]
        if missing:
            raise CannotStart(f"{', '.join(missing)} missing (Debian: slurmctld slurmd slurm-client munge)")
        try:
            self.start_munge()
            self.write_configuration()
            self.start("slurmctld", "-D")
            self.start("slurmd", "-D")
            self.wait_until("the node is idle", lambda: "idle" in self.run("sinfo", "-h", "-o", "%T").stdout)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *unused):
        # slurmd leaves its steps alone when it ends, so jobs are cancelled while it is there.
        if len(self.daemons) == 3:
            with contextlib.suppress(subprocess.SubprocessError):
                self.run("scancel", "--user", pwd.getpwuid(os.getuid()).pw_name)
                self.wait_until("no job is left", lambda: not self.run("squeue", "-h").stdout.strip(), seconds=15)
        for unused_name, process in reversed(self.daemons):
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.daemons = []

    def start(self, name, *arguments):
        log = open(self.folder / f"{name}.out", "wb")
        self.daemons.append((name, subprocess.Popen([find(name), *arguments], env=self.environment, stdout=log,
                                                    stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)))
        log.close()

    def start_munge(self):
        # munged trusts no folder that others may write to, nor one below such a folder but for sticky ones.
        self.folder.chmod(0o755)
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)
        self.socket = self.folder / "munge.socket"
        self.start("munged", "--foreground", "--force", f"--key-file={key}", f"--socket={self.socket}", "--num-threads=1",
                   f"--pid-file={self.folder / 'munge.pid'}", f"--log-file={self.folder / 'munged.log'}",
                   f"--seed-file={self.folder / 'munge.seed'}")
        self.wait_until("munged answers", self.socket.exists)

    def write_configuration(self):
        user = pwd.getpwuid(os.getuid()).pw_name
        host = socket.gethostname().split(".")[0]
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        (self.folder / "slurm.conf").write_text(f"""
ClusterName=forkcast
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={free_port()}
SlurmdPort={free_port()}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
CredType=cred/munge
# A requeued job may start when the credential of its last run has expired; less than six seconds are taken for 120.
AuthInfo=socket={self.socket},cred_expire=6
StateSaveLocation={self.folder / 'state'}
SlurmdSpoolDir={self.folder / 'spool'}
SlurmctldPidFile={self.folder / 'slurmctld.pid'}
SlurmdPidFile={self.folder / 'slurmd.pid'}
ProctrackType=proctrack/pgid
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
KillWait=2
SchedulerParameters=batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
NodeName={host} NodeAddr=127.0.0.1 CPUs={self.cpus} State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
""")

    def wait_until(self, what, holds, seconds=40):
        end = time.monotonic() + seconds
        while not holds():
            for name, process in self.daemons:
                if process.poll() is not None:
                    raise CannotStart(f"{name} ended with {process.returncode}: {self.last_lines(name)}")
            if time.monotonic() > end:
                name = self.daemons[-1][0]
                raise CannotStart(f"not within {seconds} seconds: {what}; {name}: {self.last_lines(name)}")
            time.sleep(0.2)

    def last_lines(self, name):
        return " | ".join((self.folder / f"{name}.out").read_text(errors="replace").splitlines()[-3:])

    def run(self, *command, **options):
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, **options)
