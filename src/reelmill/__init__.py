"""Reelmill: a media compiler."""
