"""Operations to filters and encoders: one function per class of model/operations.py.

A new operation is a class there and a line in `LOWERINGS` here.
"""
