"""What a database is, as values: objects under stable names, and what each of them needs."""

from saasdb.model.database import Database
from saasdb.model.objects import Key, Object
from saasdb.model.privileges import Grant

__all__ = ["Database", "Grant", "Key", "Object"]
