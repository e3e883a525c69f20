"""Operations to filters and encoders: one function per class of model/operations.py."""
