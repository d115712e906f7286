-- Rows of stage 3: sessions with a figure, one of them wrongly Missing.
update sessions
set energy_wh = 600, energy_source = 'StopTransaction',
	finalized_at = '2025-03-01 11:00:02Z'
where session_id = '00000000-0000-0000-0000-00000000001b';
update sessions
set energy_source = 'Missing', is_estimated = true,
	finalized_at = '2025-03-02 11:00:02Z'
where session_id = '00000000-0000-0000-0000-000000000009';
update sessions
set energy_wh = 1000, energy_source = 'StopTransaction', finalized_at = ended_at
where charge_point_id = 'depot/ü 3' and ended_at is not null
and transaction_id % 2 = 0;
