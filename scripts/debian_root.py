"""What scripts need that try something in clean Debian roots: debootstrap, chroot, mounts of their own."""

import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CHROOT = shutil.which("chroot") or "/usr/sbin/chroot"


def say(text):
    print("==>", text, flush=True)


def run(*command, **options):
    """Runs a command, and returns what it prints, which is shown only when it fails."""
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    if done.returncode != 0:
        sys.exit(f"failed: {shlex.join(command)}\n{done.stdout[-4000:]}")
    return done.stdout


def check(condition, text):
    if not condition:
        sys.exit("failed: " + text)


def debootstrap(suite, root):
    """Makes a minimal Debian that asks the servers that this machine asks."""
    say(f"debootstrap {suite}")
    run("debootstrap", "--variant=minbase", suite, root)
    for name in ("/etc/resolv.conf", "/etc/apt/apt.conf.d"):
        if os.path.isdir(name):
            shutil.copytree(name, root + name, dirs_exist_ok=True)
        elif os.path.exists(name):
            shutil.copy(name, root + name)


def environment(**variables):
    """What a command in a root gets: the proxies of this machine, and no more of its variables."""
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    return {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive",
    } | proxies | variables


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(port, process):
    end = time.monotonic() + 30
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"failed: nothing listens on port {port}")


def unmount(folder):
    """Takes every mount below `folder` away; true when none is left."""
    def mounts():
        with open("/proc/self/mountinfo", encoding="utf-8") as file:
            places = [line.split()[4] for line in file]
        return [place for place in places if place.startswith(folder + "/")]

    for place in reversed(mounts()):
        subprocess.run(["umount", "--lazy", place], check=False, stderr=subprocess.DEVNULL)
    return not mounts()


def require(*tools):
    """Ends the program where it cannot do its work."""
    if os.geteuid() != 0:
        sys.exit("this needs root, for debootstrap and chroot")
    for tool in tools:
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing" + (": apt-get install debootstrap" if tool == "debootstrap" else ""))


def in_namespace(body):
    """Calls `body` with a folder that goes afterwards, in a process whose mounts nobody else sees."""
    if "HPCPACK_CONTAINER_NAMESPACE" not in os.environ:
        os.environ["HPCPACK_CONTAINER_NAMESPACE"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv])
    folder = tempfile.mkdtemp(prefix="hpcpack-container-", dir="/var/tmp")
    os.chmod(folder, 0o755)
    try:
        body(folder)
    finally:
        # Never delete through a mount: the toolchain and /dev are behind them.
        if unmount(folder):
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print("left behind, still mounted:", folder, file=sys.stderr)
