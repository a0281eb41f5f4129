-- books: one a user.

select 'Volume ' || n as title
from generate_series(current_setting('seed.first')::int, current_setting('seed.last')::int) as n;
