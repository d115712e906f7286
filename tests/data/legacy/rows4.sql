-- Rows of stage 4.
insert into sites
values
	('00000000-0000-0000-0000-00000000005e', 'Depot', '0xabc', '2025-01-01Z'),
	('00000000-0000-0000-0000-00000000005f', null, null, null);
update chargers set site_id = '00000000-0000-0000-0000-00000000005e'
where charge_point_id = 'depot/ü 3';
insert into tariffs
values
	('00000000-0000-0000-0000-0000000000a1',
	'00000000-0000-0000-0000-00000000005e', 0.1, 'EUR', false,
	'2025-01-01Z', '2025-02-01Z'),
	('00000000-0000-0000-0000-0000000000a2',
	'00000000-0000-0000-0000-00000000005e', 0.4937, 'EUR', true,
	'2025-02-01Z', '2025-02-01Z'),
	('00000000-0000-0000-0000-0000000000a3', null, null, null, null, null,
	null);
update sessions
set tariff_id = '00000000-0000-0000-0000-0000000000a2', cost_amount = 0.4937,
	cost_currency = 'EUR', priced_at = finalized_at
where charge_point_id = 'depot/ü 3' and energy_wh is not null;
insert into settlements (settlement_id, session_id, site_id, amount, currency,
	status, chain, tx_hash, created_at, updated_at)
select md5('settlement ' || session_id)::uuid, session_id,
	'00000000-0000-0000-0000-00000000005e', cost_amount, cost_currency,
	(array['Pending', 'Submitted', 'Confirmed', 'Failed'])
		[transaction_id / 2 % 4 + 1], 'testnet', '0x1',
	priced_at, priced_at
from sessions
where cost_amount is not null;
insert into settlements (settlement_id, session_id, status)
values
	('00000000-0000-0000-0000-0000000000d1',
	'00000000-0000-0000-0000-00000000001a', default),
	('00000000-0000-0000-0000-0000000000d2', null, null);
