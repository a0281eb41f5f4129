"""storage.objects under avatars: each member has one path, `<user id>/avatar`, and no other."""

from __future__ import annotations

import uuid

import pytest
from saasdb.files import read_folder
from saasdb.settings import find_project

# Without `returning`: that would ask the policy for reading too, and hide a policy for adding that lets everything in.
INSERT = "insert into storage.objects (bucket_id, name) values (%(bucket)s, %(name)s)"
HOSTILE = [
    "{other}/avatar",
    "{me}/avatar2",
    "{me}/avatar.png",
    "{me}/avatar/",
    "{me}/avatar/x",
    "{me}/x/avatar",
    "{me}//avatar",
    "/{me}/avatar",
    "{me}/",
    "{me}",
    "avatar",
    "",
    "/",
    "{me}/../{other}/avatar",
    "{other}/../{me}/avatar",
    "./{me}/avatar",
    "{me}/./avatar",
    "{ME}/avatar",
    "{me}/AVATAR",
    "{me}/Avatar",
    " {me}/avatar",
    "{me}/avatar ",
    "{me}/avatar\n",
    "{me} /avatar",
    "{bare}/avatar",
    "{{{me}}}/avatar",
    "{me}%/avatar",
    "{me}/%",
    "_{me}/avatar",
    "{me}\\avatar",
    "{me}\u2215avatar",  # a slash that is none
    "{me}/\u0430vatar",  # a Cyrillic a
    "{me}/avatar\u200b",  # a space of no width
    "{prefix}/avatar",
    "{me}0/avatar",
    "null/avatar",
    "00000000-0000-0000-0000-000000000000/avatar",
    "{me}/avatar?token=x",
    "{me}/avatar#x",
    "a/" * 200 + "{me}/avatar",
]


@pytest.fixture
def me(a_user):
    return a_user()


@pytest.fixture
def other(a_user, add):
    user_id = a_user()
    add("storage.objects", bucket_id="avatars", name=f"{user_id}/avatar")
    return user_id


def test_the_bucket_is_private_and_takes_pictures_of_two_mebibytes(row):
    bucket = row("select * from storage.buckets where id = 'avatars'")
    assert (bucket["name"], bucket["public"], bucket["file_size_limit"]) == ("avatars", False, 2_097_152)
    assert sorted(bucket["allowed_mime_types"]) == ["image/gif", "image/jpeg", "image/png", "image/webp"]


def test_applying_again_takes_back_what_somebody_opened(db, row):
    """A click in the dashboard made the bucket public: the file is the whole truth, and no object is touched."""
    before = row("select * from storage.buckets where id = 'avatars'")
    db.execute(
        "update storage.buckets set public = true, file_size_limit = null, allowed_mime_types = null "
        "where id = 'avatars'"
    )
    [file] = read_folder(find_project(), "schema/buckets")
    db.execute(file.text)
    after = row("select * from storage.buckets where id = 'avatars'")
    for column in ("public", "file_size_limit", "allowed_mime_types"):
        assert after[column] == before[column]


def test_members_upload_read_and_replace_their_own_avatar(me, other, member, db, rows):
    with member(me):
        db.execute(INSERT, {"bucket": "avatars", "name": f"{me}/avatar"})
        assert [each["name"] for each in rows("select name from storage.objects")] == [f"{me}/avatar"]
        upsert = f"{INSERT} on conflict (bucket_id, name) do update set metadata = '{{}}' returning name"
        assert db.execute(upsert, {"bucket": "avatars", "name": f"{me}/avatar"}).rowcount == 1
        assert db.execute("update storage.objects set user_metadata = '{}'").rowcount == 1


@pytest.mark.parametrize("path", HOSTILE, ids=ascii)
def test_members_write_to_no_other_path(path, me, other, member, refused, db, rows):
    name = path.format(me=me, other=other, ME=str(me).upper(), bare=uuid.UUID(str(me)).hex, prefix=str(me)[:-1])
    with member(me), refused("42501", "row-level security"):
        db.execute(INSERT, {"bucket": "avatars", "name": name})
    assert len(rows("select * from storage.objects")) == 1


def test_a_path_that_is_null_is_refused(me, member, refused, db):
    with member(me), refused("42501", "row-level security"):
        db.execute(INSERT, {"bucket": "avatars", "name": None})


@pytest.mark.parametrize("bucket", ["Avatars", "avatars ", "private", None])
def test_the_policy_reaches_no_other_bucket(bucket, me, member, refused, db, add):
    if bucket:
        add("storage.buckets", id=bucket, name=bucket)
    with member(me), refused("42501", "row-level security"):
        db.execute(INSERT, {"bucket": bucket, "name": f"{me}/avatar"})


def test_members_move_no_object_to_or_from_another_path(me, other, member, refused, db, add):
    add("storage.objects", bucket_id="avatars", name=f"{me}/avatar")
    add("storage.buckets", id="public", name="public", public=True)
    with member(me):
        for change in (f"name = '{other}/avatar2'", f"name = '{me}/x'", "bucket_id = 'public'"):
            for where in (f" where name = '{me}/avatar'", ""):  # without a filter no policy for reading helps out
                with refused("42501", "row-level security"):
                    db.execute(f"update storage.objects set {change}{where}")
        assert (
            db.execute(f"update storage.objects set name = '{me}/avatar' where name = '{other}/avatar'").rowcount == 0
        )


def test_an_object_that_the_server_stored_without_an_owner_is_still_the_members(me, member, add, rows):
    """Signed uploads run with the service key: owner_id is null, so only the path can decide."""
    add("storage.objects", bucket_id="avatars", name=f"{me}/avatar", owner_id=None)
    with member(me):
        assert len(rows("select * from storage.objects")) == 1


def test_owning_an_object_on_another_path_opens_nothing(me, other, member, db, rows):
    db.execute("update storage.objects set owner_id = %s, owner = %s where name = %s", (str(me), me, f"{other}/avatar"))
    with member(me):
        assert rows("select * from storage.objects") == []


def test_visitors_and_tokens_without_a_user_see_and_store_nothing(me, other, visitor, acting_as, refused, db, rows):
    for acting in (visitor(), acting_as("authenticated", {"role": "authenticated"})):
        with acting:
            assert rows("select * from storage.objects") == []
            for name in (f"{me}/avatar", "/avatar", "null/avatar"):
                with refused("42501", "row-level security"):
                    db.execute(INSERT, {"bucket": "avatars", "name": name})


def test_nobody_deletes_an_object_by_sql(me, member, add, refused, db):
    add("storage.objects", bucket_id="avatars", name=f"{me}/avatar")
    with member(me), refused("42501"):
        db.execute("delete from storage.objects where true")


def test_members_remove_their_own_avatar_and_no_other_through_the_storage_api(me, other, member, add, db, rows):
    add("storage.objects", bucket_id="avatars", name=f"{me}/avatar")
    add("storage.objects", bucket_id="avatars", name=f"{me}/old")
    db.execute("set local storage.allow_delete_query = 'true'")  # as the Storage API does
    with member(me):
        assert db.execute("delete from storage.objects").rowcount == 1
        assert db.execute("delete from storage.objects where bucket_id = 'avatars'").rowcount == 0
    assert {each["name"] for each in rows("select name from storage.objects")} == {f"{me}/old", f"{other}/avatar"}


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_nobody_changes_or_reads_a_bucket(who, me, visitor, member, db, rows, refused):
    with visitor() if who == "visitor" else member(me):
        assert rows("select * from storage.buckets") == []
        assert db.execute("update storage.buckets set public = true where true").rowcount == 0
        with refused("42501", "row-level security"):
            db.execute("insert into storage.buckets (id, name, public) values ('x', 'x', true)")
