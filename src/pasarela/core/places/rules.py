"""Geometry on the globe: which square of degrees holds everything within a distance."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pasarela.core.places.model import Point

EARTH_RADIUS_KM = 6371.0088
"""The mean radius of the Earth (IUGG); the query computes with the same."""


@dataclass(frozen=True, slots=True)
class Box:
    """Bounds in degrees, inclusive."""

    south: float
    north: float
    west: float
    east: float


def box(centre: Point, kilometers: float) -> Box:
    """A box that holds every point within `kilometers` of `centre`, and others. Around a pole, or across the meridian
    where longitudes jump, it goes all around the globe."""
    angle = kilometers / EARTH_RADIUS_KM
    reach = math.degrees(angle)
    south, north = centre.latitude - reach, centre.latitude + reach
    if south <= -90 or north >= 90:
        return Box(max(south, -90.0), min(north, 90.0), -180.0, 180.0)
    aside = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(centre.latitude)))))
    west, east = centre.longitude - aside, centre.longitude + aside
    if west < -180 or east > 180:
        west, east = -180.0, 180.0
    return Box(south, north, west, east)
