"""A Slurm of one node that belongs to one case: munged, slurmctld and slurmd with every file and port of their own."""

import os
import shutil
import socket
import subprocess
import time

from workplace import eventually, expect

PROGRAMS = [("sbatch", "slurm-wlm"), ("slurmctld", "slurm-wlm"), ("slurmd", "slurm-wlm"), ("munged", "munge")]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Slurm:
    """A controller and a node on this machine; commands find them through `environment`."""

    def __init__(self, place, cpus=2, kill_wait=10):
        self.path = place + "/slurm"
        self.cpus, self.kill_wait = cpus, kill_wait
        self.host = socket.gethostname().split(".")[0]
        self.environment = {"SLURM_CONF": self.path + "/slurm.conf"}
        self.daemons = []

    def __enter__(self):
        for folder in ("", "/state", "/spool", "/munge"):
            os.makedirs(self.path + folder, mode=0o755)
        key = self.path + "/munge/key"
        with open(key, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(os.urandom(128))
        with open(self.path + "/slurm.conf", "w") as file:
            file.write(self.configuration())
        self.start("munged", "--foreground", "--force", f"--socket={self.path}/munge/socket",
                   f"--key-file={key}", f"--pid-file={self.path}/munge/pid",
                   f"--log-file={self.path}/munge/log", f"--seed-file={self.path}/munge/seed")
        eventually("munged is there", lambda: os.path.exists(self.path + "/munge/socket"))
        self.start("slurmctld", "-D")
        self.start("slurmd", "-D")
        eventually("the node is there", lambda: "idle" in self.ask("sinfo", "--noheader", "--format=%T"))
        return self

    def configuration(self):
        return f"""
ClusterName=chaos
SlurmctldHost={self.host}(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket={self.path}/munge/socket,cred_expire=10
CredType=cred/munge
SlurmUser=root
SlurmctldPort={free_port()}
SlurmdPort={free_port()}
StateSaveLocation={self.path}/state
SlurmdSpoolDir={self.path}/spool
SlurmctldPidFile={self.path}/ctld.pid
SlurmdPidFile={self.path}/d.pid
SlurmctldLogFile={self.path}/ctld.log
SlurmdLogFile={self.path}/d.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
JobCompType=jobcomp/none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
KillWait={self.kill_wait}
SchedulerParameters=sched_interval=2,batch_sched_delay=0
NodeName={self.host} NodeAddr=127.0.0.1 CPUs={self.cpus} State=UNKNOWN
PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""

    def start(self, program, *words):
        path = shutil.which(program) or f"/usr/sbin/{program}"
        with open(f"{self.path}/{program}.said", "w") as said:
            self.daemons.append(subprocess.Popen(
                [path, *words], stdout=said, stderr=said, env={**os.environ, **self.environment}))

    def __exit__(self, *_):
        subprocess.run(["scancel", "--user=root", "--signal=KILL"], env={**os.environ, **self.environment},
                       capture_output=True, timeout=30, check=False)
        for daemon in reversed(self.daemons):
            daemon.terminate()
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()

    def ask(self, *words, check=False):
        """What a command of Slurm prints."""
        done = subprocess.run(words, capture_output=True, text=True, timeout=60,
                              env={**os.environ, **self.environment})
        expect(not check or done.returncode == 0, f"{' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def jobs(self, state="RUNNING"):
        """Ids of the jobs in a state."""
        return self.ask("squeue", "--noheader", "--array", f"--states={state}", "--format=%i").split()

    def job(self, state="RUNNING", seconds=120):
        """Waits for a job in a state."""
        return eventually(f"a job is {state}", lambda: self.jobs(state), seconds)[0]

    def becomes_empty(self, seconds=60):
        """Waits until no job is left."""
        end = time.monotonic() + seconds
        while self.ask("squeue", "--noheader").strip():
            expect(time.monotonic() < end, f"jobs are left: {self.ask('squeue')}")
            time.sleep(0.2)
