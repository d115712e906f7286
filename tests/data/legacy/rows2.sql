-- Rows of stage 2.
insert into commands (command_id, charge_point_id, type, idempotency_key,
	payload, status, response, error, created_at, updated_at)
values
	('00000000-0000-0000-0000-0000000000c1', 'CP-1', 'Reset', 'reset-1',
	'{"type":"Soft"}', 'Acked', '{"status":"Accepted"}', null,
	'2025-03-01Z', '2025-03-01Z'),
	('00000000-0000-0000-0000-0000000000c2', 'CP-1', 'Reset', 'reset-2',
	'{}', 'Failed', null, 'charger not connected', '2025-03-01Z',
	'2025-03-01Z'),
	('00000000-0000-0000-0000-0000000000c3', 'CP-2', 'Reset', 'reset-3',
	'{}', 'Sent', null, null, '2025-03-01Z', '2025-03-01Z'),
	('00000000-0000-0000-0000-0000000000c4', null, null, null, null, null,
	null, null, null, null),
	('00000000-0000-0000-0000-0000000000c5', 'CP-2', 'Reset', null, '{}',
	'Lost', null, null, '2025-03-01Z', '2025-03-01Z');
