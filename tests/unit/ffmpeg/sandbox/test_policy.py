"""The filter as the kernel would run it, call by call, for both architectures."""

from __future__ import annotations

import struct
from errno import EACCES, ENOSYS, EPERM

import pytest

from reelmill.ffmpeg.sandbox import bpf, policy
from reelmill.ffmpeg.sandbox.syscalls import NUMBERS

PID = 4242
MACHINES = ("x86_64", "aarch64")
EVERYDAY = {  # x86-64, aarch64
    "read": (0, 63),
    "write": (1, 64),
    "mmap": (9, 222),
    "futex": (202, 98),
    "exit_group": (231, 94),
    "sched_getaffinity": (204, 123),
}


def run(code: bytes, number: int, arguments: tuple[int, ...] = (), arch: int = 0) -> int:
    """A machine for classic BPF (Documentation/networking/filter.rst), as far as it is used."""
    data = struct.pack(
        "<iIQ6Q", number - (number >> 31 << 32), arch, 0, *(*arguments, *[0] * 6)[:6]
    )
    word, place = 0, 0
    program = [struct.unpack_from("=HBBI", code, at) for at in range(0, len(code), 8)]
    while True:
        operation, then, otherwise, value = program[place]
        place += 1
        match operation:
            case bpf.LOAD:
                (word,) = struct.unpack_from("<I", data, value)
            case bpf.JUMP_EQUAL:
                place += then if word == value else otherwise
            case bpf.JUMP_AT_LEAST:
                place += then if word >= value else otherwise
            case bpf.JUMP_ANY_BIT:
                place += then if word & value else otherwise
            case bpf.RETURN:
                return value
            case _:
                raise AssertionError(operation)


def answer(
    machine: str,
    name: str,
    *arguments: int,
    landlock: int = 7,
    sealed: bool = False,
    forks: bool = False,
) -> int:
    column, arch = policy.ARCHITECTURES[machine]
    number = (NUMBERS | EVERYDAY)[name][column]
    assert number is not None
    code = policy.program(machine, PID, landlock=landlock, sealed=sealed, forks=forks)
    return run(code, number, arguments, arch)


def errno(number: int) -> int:
    return bpf.ERRNO | number


@pytest.mark.parametrize("machine", MACHINES)
def test_every_denied_call_gets_its_errno(machine: str) -> None:
    groups = ((policy.SOCKETS, EACCES), (policy.ABSENT, ENOSYS), (policy.FORBIDDEN, EPERM))
    column, _ = policy.ARCHITECTURES[machine]
    for names, number in groups:
        for name in names:
            if NUMBERS[name][column] is not None:
                assert answer(machine, name) == errno(number), name


@pytest.mark.parametrize("machine", MACHINES)
def test_what_everybody_does_is_allowed(machine: str) -> None:
    for name in EVERYDAY:
        assert answer(machine, name, sealed=True) == bpf.ALLOW
    for name in ("openat", "execve", "unlinkat", "renameat"):
        assert answer(machine, name) == bpf.ALLOW
        assert answer(machine, name, sealed=True) == errno(EPERM)


@pytest.mark.parametrize("machine", MACHINES)
def test_another_architecture_is_killed(machine: str) -> None:
    code = policy.program(machine, PID, landlock=7)
    others = [arch for other, (_, arch) in policy.ARCHITECTURES.items() if other != machine]
    for arch in (*others, 0x40000003, 0):  # i386
        assert run(code, 0, arch=arch) == bpf.KILL_PROCESS


def test_x32_is_killed() -> None:
    column, arch = policy.ARCHITECTURES["x86_64"]
    code = policy.program("x86_64", PID, landlock=7)
    for name in ("socket", "openat"):
        number = NUMBERS[name][column]
        assert number is not None
        assert run(code, policy.X32 | number, arch=arch) == bpf.KILL_PROCESS


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", ["kill", "tgkill", "prlimit64"])
def test_it_may_touch_itself_alone(machine: str, name: str) -> None:
    assert answer(machine, name, PID, 9) == bpf.ALLOW
    for other in (PID + 1, 1, 0xFFFFFFFF):
        assert answer(machine, name, other, 9) == errno(EPERM)
    # 0 is its own group for kill, which others may be in, and itself for prlimit
    allowed = bpf.ALLOW if name == "prlimit64" else errno(EPERM)
    assert answer(machine, name, 0, 9) == allowed


@pytest.mark.parametrize("machine", MACHINES)
def test_threads_but_no_processes_and_no_namespaces(machine: str) -> None:
    thread, process, new_user = 0x003D0F00, 17, 0x10000000
    assert answer(machine, "clone", thread) == bpf.ALLOW
    assert answer(machine, "clone", process) == errno(EPERM)
    assert answer(machine, "clone", process, forks=True) == bpf.ALLOW
    for forks in (True, False):
        assert answer(machine, "clone", thread | new_user, forks=forks) == errno(EPERM)
    assert answer(machine, "clone3") == errno(ENOSYS)


@pytest.mark.parametrize("machine", MACHINES)
def test_the_parents_death_and_the_terminal_are_not_its_business(machine: str) -> None:
    assert answer(machine, "prctl", 1) == errno(EPERM)
    assert answer(machine, "prctl", 15) == bpf.ALLOW
    assert answer(machine, "ioctl", 0, 0x5412) == errno(EPERM)
    assert answer(machine, "ioctl", 0, 0x541B) == bpf.ALLOW


@pytest.mark.parametrize(
    ("machine", "name", "at"),
    [("x86_64", "open", 1), ("x86_64", "openat", 2), ("aarch64", "openat", 2)],
)
def test_reading_cuts_nothing_off_where_landlock_does_not_look(
    machine: str, name: str, at: int
) -> None:
    def opened(flags: int, landlock: int) -> int:
        return answer(machine, name, *[0] * at, flags, landlock=landlock)

    truncate, writing, creating = 0o1000, 0o1, 0o100
    assert opened(truncate, 2) == errno(EPERM)
    assert opened(truncate | writing | creating, 2) == bpf.ALLOW
    assert opened(0, 2) == bpf.ALLOW
    assert opened(truncate, 3) == bpf.ALLOW
    assert answer(machine, "truncate", landlock=2) == errno(EPERM)
    assert answer(machine, "openat2", landlock=2) == errno(ENOSYS)


def test_a_machine_without_a_table_is_refused() -> None:
    with pytest.raises(KeyError):
        policy.program("riscv64", PID, landlock=7)


def test_the_assembler_refuses_what_the_kernel_would() -> None:
    with pytest.raises(ValueError, match="jump"):
        bpf.assemble(["back", bpf.load(0), bpf.equal(1, "back")])
    far = [bpf.equal(1, "far"), *[bpf.load(0)] * 256, "far", bpf.answer(bpf.ALLOW)]
    with pytest.raises(ValueError, match="jump"):
        bpf.assemble(far)
    with pytest.raises(KeyError):
        bpf.assemble([bpf.equal(1, "nowhere")])
