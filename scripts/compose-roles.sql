-- Run by the database's image once, when its volume is made: the role that
-- the processes work as.  POSTGRES_USER, which owns the tables, is there.
\set password `cat /secrets/serving/password`
create role cpms login password :'password';
