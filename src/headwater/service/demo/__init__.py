"""A made-up force and its partners inside the service, so that somebody can try it in five minutes. All of it is marked as made up."""

from headwater.service.demo.fill import Seat, fill

__all__ = ["Seat", "fill"]
