"""Which system calls a child may not make, as a program for the kernel (seccomp(2)).

A list of what is denied, not of what is allowed: what an encoder calls changes with every glibc.
Files are Landlock's; here stands what it lets through (docs/security.md says why each).
"""

from errno import EACCES, ENOSYS, EPERM

from reelmill.ffmpeg.sandbox.bpf import (
    ALLOW,
    ARCHITECTURE,
    ERRNO,
    KILL_PROCESS,
    NUMBER,
    Line,
    answer,
    any_bit,
    argument,
    assemble,
    at_least,
    equal,
    load,
)
from reelmill.ffmpeg.sandbox.syscalls import NUMBERS

ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""By `os.uname().machine`: the column of the table, and AUDIT_ARCH_* (linux/audit.h)."""
X32 = 0x40000000
"""The bit of x86-64's other numbers, which would go past every comparison."""

SOCKETS = (
    *("socket", "socketpair", "connect", "bind", "listen", "accept", "accept4"),
    *("sendto", "sendmsg", "sendmmsg"),
)
"""EACCES, which FFmpeg tells by its exit code (243). A Landlocked process still reaches the unix
sockets of others."""

ABSENT = (
    *("clone3", "fchmodat2", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("memfd_create", "memfd_secret", "execveat", "userfaultfd"),
)
"""ENOSYS. clone3 and fchmodat2 have older ways, whose arguments a filter can see; the rings make
calls that no filter sees, a file in memory is one that Landlock does not see."""

FORBIDDEN = (
    # what Landlock lets through on files outside
    *("chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat"),
    *("utime", "utimes", "utimensat", "futimesat"),
    *("setxattr", "lsetxattr", "fsetxattr", "setxattrat"),
    *("removexattr", "lremovexattr", "fremovexattr", "removexattrat", "file_setattr"),
    # names that lead elsewhere: what is published is read by us, who may read more
    *("link", "linkat", "symlink", "symlinkat", "mknod", "mknodat"),
    # other processes, and ways out of the group that we end
    *("tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "setpgid", "setsid"),
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease"),
    *("kcmp", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "setpriority", "ioprio_set"),
    *("shmget", "shmat", "shmctl", "msgget", "msgsnd", "msgrcv", "msgctl"),
    *("semget", "semop", "semctl", "semtimedop", "mq_open", "mq_unlink"),
    # other worlds
    *("mount", "umount2", "move_mount", "open_tree", "open_tree_attr", "fsopen", "fsconfig"),
    *("fsmount", "fspick", "mount_setattr", "pivot_root", "chroot", "unshare", "setns"),
    *("name_to_handle_at", "open_by_handle_at"),
    # the kernel, its keys and its clocks: a child of root's is root
    *("bpf", "perf_event_open", "fanotify_init", "keyctl", "add_key", "request_key"),
    *("setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid"),
    *("setfsgid", "setgroups", "capset", "personality", "kexec_load", "kexec_file_load"),
    *("init_module", "finit_module", "delete_module", "reboot", "swapon", "swapoff", "acct"),
    *("quotactl", "quotactl_fd", "syslog", "vhangup", "settimeofday", "clock_settime"),
    *("clock_adjtime", "adjtimex", "sethostname", "setdomainname", "iopl", "ioperm"),
    "modify_ldt",
)
"""EPERM."""

PROCESSES = ("fork", "vfork")
OPENING = (
    *("open", "openat", "openat2", "creat", "truncate", "execve", "unlink", "unlinkat"),
    *("rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "alarm", "setitimer"),
)
"""Denied to a child that has been given all that it reads."""

NAMESPACES = 0x7E020000
"""CLONE_NEW* (linux/sched.h); CLONE_NEWTIME is only for clone3 and unshare."""
CLONE_THREAD = 0x00010000
PR_SET_PDEATHSIG = 1
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
O_ACCMODE, O_TRUNC = 0o3, 0o1000


def program(
    machine: str, pid: int, *, landlock: int, sealed: bool = False, forks: bool = False
) -> bytes:
    """The filter.

    Args:
        machine: as `os.uname` calls it.
        pid: the process that will run under it: the only one that it may signal.
        landlock: its version here; below 3 it knows nothing of truncation.
        sealed: whether even opening files is denied.
        forks: whether there may be further processes (a wrapper's), not only threads.

    Raises:
        KeyError: a machine that there is no table for.
    """
    column, architecture = ARCHITECTURES[machine]
    answers = dict.fromkeys(SOCKETS, "denied") | dict.fromkeys(ABSENT, "absent")
    answers |= dict.fromkeys(FORBIDDEN, "forbidden")
    if not forks:
        answers |= dict.fromkeys(PROCESSES, "forbidden")
    if landlock < 3:
        answers |= {"truncate": "forbidden", "openat2": "absent"}
    if sealed:
        answers |= dict.fromkeys(OPENING, "forbidden")
    jumps = {name: f"look at {name}" for name in ("kill", "tgkill", "prlimit64")}
    jumps |= {name: f"look at {name}" for name in ("clone", "prctl", "ioctl")}
    if landlock < 3 and not sealed:
        jumps |= {"open": "look at open", "openat": "look at openat"}

    lines: list[Line] = [load(ARCHITECTURE), equal(architecture, "ours", "killed"), "ours"]
    lines.append(load(NUMBER))
    if machine == "x86_64":
        lines.append(at_least(X32, "killed"))
    for name, label in (jumps | answers).items():
        number = NUMBERS[name][column]
        if number is not None:
            lines.append(equal(number, label))
    lines.append(answer(ALLOW))

    lines += ["look at kill", "look at tgkill", load(argument(0))]
    lines += [equal(pid, "allowed", "forbidden")]
    lines += ["look at prlimit64", load(argument(0)), equal(0, "allowed")]
    lines += [equal(pid, "allowed", "forbidden")]
    lines += ["look at clone", load(argument(0)), any_bit(NAMESPACES, "forbidden")]
    lines += [answer(ALLOW) if forks else any_bit(CLONE_THREAD, "allowed", "forbidden")]
    lines += ["look at prctl", load(argument(0))]
    lines += [equal(PR_SET_PDEATHSIG, "forbidden", "allowed")]
    lines += ["look at ioctl", load(argument(1)), equal(TIOCSTI, "forbidden")]
    lines += [equal(TIOCLINUX, "forbidden", "allowed")]
    # reading is allowed, but must not cut the file off
    lines += ["look at open", load(argument(1))]
    lines += [any_bit(O_TRUNC, "truncating open", "allowed")]
    lines += ["look at openat", load(argument(2)), any_bit(O_TRUNC, "truncating open", "allowed")]
    lines += ["truncating open", any_bit(O_ACCMODE, "allowed", "forbidden")]

    lines += ["allowed", answer(ALLOW)]
    lines += ["forbidden", answer(ERRNO | EPERM)]
    lines += ["denied", answer(ERRNO | EACCES)]
    lines += ["absent", answer(ERRNO | ENOSYS)]
    lines += ["killed", answer(KILL_PROCESS)]
    return assemble(lines)
