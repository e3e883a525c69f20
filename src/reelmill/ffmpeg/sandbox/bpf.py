"""A small assembler for the kernel's classic BPF, as seccomp filters are written in it.

Source: Documentation/networking/filter.rst and Documentation/userspace-api/seccomp_filter.rst.
"""

import struct

LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS: a word of struct seccomp_data
JUMP_EQUAL = 0x15
JUMP_AT_LEAST = 0x35
JUMP_ANY_BIT = 0x45
RETURN = 0x06

NUMBER, ARCHITECTURE = 0, 4
"""Offsets in struct seccomp_data."""

ALLOW = 0x7FFF0000
KILL_PROCESS = 0x80000000
ERRNO = 0x00050000

FARTHEST = 255
NEXT = ""

Line = str | tuple[int, int, str, str]
"""A label, or an instruction: code, operand, and where to go if it holds and if not."""


def argument(index: int) -> int:
    """The offset of a system call's argument: its lower half, on a little-endian machine."""
    return 16 + 8 * index


def load(offset: int) -> Line:
    """Takes a word of the call into the accumulator."""
    return (LOAD, offset, NEXT, NEXT)


def answer(value: int) -> Line:
    """Ends the program with an action."""
    return (RETURN, value, NEXT, NEXT)


def equal(value: int, then: str, otherwise: str = NEXT) -> Line:
    """Jumps where the accumulator has this value."""
    return (JUMP_EQUAL, value, then, otherwise)


def at_least(value: int, then: str, otherwise: str = NEXT) -> Line:
    """Jumps where the accumulator is as great or greater, unsigned."""
    return (JUMP_AT_LEAST, value, then, otherwise)


def any_bit(bits: int, then: str, otherwise: str = NEXT) -> Line:
    """Jumps where the accumulator has any of these bits."""
    return (JUMP_ANY_BIT, bits, then, otherwise)


def assemble(lines: list[Line]) -> bytes:
    """The program as an array of struct sock_filter.

    Raises:
        ValueError: a jump leads backward or farther than 255 instructions.
        KeyError: a jump leads to a label that is not there.
    """
    places: dict[str, int] = {}
    instructions: list[tuple[int, int, str, str]] = []
    for line in lines:
        if isinstance(line, str):
            places[line] = len(instructions)
        else:
            instructions.append(line)
    code = b""
    for here, (operation, value, then, otherwise) in enumerate(instructions, 1):
        hops = [places[label] - here if label else 0 for label in (then, otherwise)]
        if min(hops) < 0 or max(hops) > FARTHEST:
            raise ValueError(f"a jump of {hops} instructions from {here}")
        code += struct.pack("=HBBI", operation, *hops, value)
    return code
