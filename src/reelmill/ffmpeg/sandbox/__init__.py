"""The wall around every child that reads a stranger's bytes: Landlock, seccomp, limits.

What runs in the child itself (confine, landlock, bpf, policy, syscalls) imports next to nothing,
so that a child starts fast; the launcher loads it without the rest of Reelmill.
"""
