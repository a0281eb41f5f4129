"""The nurse of one embedded server: a process of its own that outlives a killed parent just long enough to clean up.

Run as `python -I -S supervisor.py FOLDER UID GID DETACHED COMMAND…`. It holds a lock on FOLDER/alive, starts the
server, and waits until the server ends, a signal comes, or standard input closes, which is what happens when the
parent dies, however it dies. Then it stops the server and deletes FOLDER.

Only the standard library, no imports from the package: it starts in 20 ms and depends on nothing that may go away.
"""

import fcntl
import os
import select
import shutil
import signal
import subprocess
import sys


def main() -> int:
    folder, uid, gid, detached = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "detached"
    alive = os.open(os.path.join(folder, "alive"), os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(alive, fcntl.LOCK_EX)
    wake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, lambda *_: None)
    who = {"user": uid, "group": gid, "extra_groups": []} if os.getuid() == 0 else {}
    with open(os.path.join(folder, "server.log"), "ab") as log:
        server = subprocess.Popen(
            sys.argv[5:], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/", **who
        )
    watched = [wake] if detached else [wake, 0]
    failed = False
    while True:
        ready, _, _ = select.select(watched, [], [])
        if 0 in ready and not os.read(0, 1):
            break
        if wake in ready and set(os.read(wake, 64)) != {signal.SIGCHLD}:
            break
        if server.poll() is not None:
            failed = True  # the server went by itself: leave its log for the parent to read
            break
    if not failed:
        server.send_signal(signal.SIGQUIT)  # nothing in it is worth a checkpoint
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
