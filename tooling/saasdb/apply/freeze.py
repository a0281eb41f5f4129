"""Adding new migrations to the chain of frozen ones."""

from __future__ import annotations

from saasdb.apply.plan import check_frozen
from saasdb.errors import SaasdbError
from saasdb.files import Files, chain, write_checksums


def freeze(files: Files) -> list[str]:
    """Write the migrations that are new into CHECKSUMS and return their names.

    Raises:
        SaasdbError: a frozen one was edited or removed, or a new one comes before a frozen one; nothing is written.
    """
    links = chain(files.migrations)
    new = [name for name in links if name not in files.frozen]
    try:
        check_frozen(files)
    except SaasdbError as error:
        if "not frozen yet" not in error.what:
            raise
        # everything frozen still holds up to here; what follows a new one is new itself
        for name, link in files.frozen.items():
            if links.get(name) != link:
                raise SaasdbError(
                    "The migration was edited after it was frozen",
                    where=f"schema/migrations/{name}",
                    todo="Restore it from version control and write a new migration instead.",
                ) from error
    if new:
        write_checksums(files.project, links)
    return new
