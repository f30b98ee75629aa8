"""The embedded PostgreSQL: a server of its own beside the lake, started when somebody needs it and stopped when nobody does."""

from headwater.service.postgres.cluster import DATABASE, ROLES, Cluster, open_cluster
from headwater.service.postgres.place import DatabaseFault, find_place
from headwater.service.postgres.use import hold

__all__ = ["DATABASE", "ROLES", "Cluster", "DatabaseFault", "find_place", "hold", "open_cluster"]
