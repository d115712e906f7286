-- pgbench -M prepared: a charger by its key.
\set cp random(1, :chargers)
select * from chargers where charge_point_id = 'CP-' || lpad(:cp::text, 5, '0');
