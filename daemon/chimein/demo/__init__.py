"""A kitchen without a kitchen: guests, noise, and somebody who takes notes of the real daemon.

For `chimein demo` only. Nothing in here is on the way of the sound.
"""
