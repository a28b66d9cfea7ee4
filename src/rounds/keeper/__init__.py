"""The keeper: runs the engines for an owner, starts again what dies, and stops them when the owner ends.

Standard input is the lifeline. Its first line is the plan; end of file means that the owner is gone, however it ended,
because the operating system closes the pipe even of a process that was killed. Being the engines' parent, the keeper
cannot mistake another process for them, and living in a session of its own it is not hit by the Ctrl-C that is meant
for the owner.

It is a program of its own (`python -I -S` on this folder), for a quick start and a small footprint. So nothing in here
imports anything but the standard library and its neighbours; `rounds.embedded` is the owner's side.
"""
