-- auth_users: what happens when Supabase Auth adds, deletes or soft-deletes a user.
-- No comments on them: commenting on a trigger of auth.users takes its owner, which is Supabase's.

create or replace trigger _100_provision_new_users
after insert on auth.users
referencing new table as new_users
for each statement
execute function private.provision_new_users();

-- Before, while the rows that a deletion takes with it still say where the avatar is and which payments are theirs.
create or replace trigger _200_forget_deleted_user
before delete on auth.users
for each row
execute function private.forget_deleted_user();

-- A soft delete keeps the row, so no foreign key acts.
create or replace trigger _300_forget_soft_deleted_user
after update of deleted_at on auth.users
for each row
when (old.deleted_at is null and new.deleted_at is not null)
execute function private.forget_deleted_user();
