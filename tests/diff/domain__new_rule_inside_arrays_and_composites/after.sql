create domain points as int constraint counted check (value > 0);
create domain score as points constraint most check (value < 100);
create domain grade as text not null constraint short check (length(value) < 7);
create type mark as (given points, by text);
create table exam (scores score[] default '{1,2}', best mark, marks mark[], grades grade[], plain points);
insert into exam values ('{3}', row(4, 'a'), array[row(5, 'b')::mark], '{good}', 6);
create view seen as select scores, best, plain from exam;
create function first_of(points[]) returns points language sql as 'select $1[1]';
