-- storage_objects: who may do what in the bucket avatars: each member with <user id>/avatar, nobody with anything else.
-- The path decides, not owner_id, which is empty when the server signs the upload. The whole name is compared: a prefix
-- or a pattern would let in a deeper path. Uploading again needs all of read, add and change.

create policy "members read their own avatar"
on storage.objects
as permissive
for select
to authenticated
using (bucket_id = 'avatars' and name = (select auth.uid()::text || '/avatar'));

create policy "members add their own avatar"
on storage.objects
as permissive
for insert
to authenticated
with check (bucket_id = 'avatars' and name = (select auth.uid()::text || '/avatar'));

create policy "members change their own avatar"
on storage.objects
as permissive
for update
to authenticated
using (bucket_id = 'avatars' and name = (select auth.uid()::text || '/avatar'))
with check (bucket_id = 'avatars' and name = (select auth.uid()::text || '/avatar'));

create policy "members remove their own avatar"
on storage.objects
as permissive
for delete
to authenticated
using (bucket_id = 'avatars' and name = (select auth.uid()::text || '/avatar'));
