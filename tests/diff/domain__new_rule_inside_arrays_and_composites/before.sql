create domain points as int;
create domain score as points;
create domain grade as text constraint short check (length(value) < 9);
create type mark as (given points, by text);
create table exam (scores score[] default '{1,2}', best mark, marks mark[], grades grade[], plain points);
insert into exam values ('{3}', row(4, 'a'), array[row(5, 'b')::mark], '{good}', 6);
create view seen as select scores, best, plain from exam;
create function first_of(points[]) returns points language sql as 'select $1[1]';
