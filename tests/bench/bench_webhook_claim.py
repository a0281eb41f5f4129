"""claim_webhook_event against a bare insert into the ledger: new notifications and repeated ones.

python tests/bench/bench_webhook_claim.py [--url URL] [--rounds 7]
"""

from __future__ import annotations

from measure import arguments, pgbench, product, race, table

KEY = "\\set k random(1, 1000000000)\n\\set l random(1, 1000000000)\n"
INSERT = """insert into public.webhook_events
(provider, external_id, event_key, event_type, payload, status, attempts, claimed_at)
values ('midtrans', 'order1', {key}, 'settlement', '{{}}', 'PROCESSING', 1, now())
returning id, attempts, status;
"""
CLAIM = "select * from public.claim_webhook_event('midtrans', {key}, 'order1', 'settlement', '{{}}');\n"


def main() -> None:
    options = arguments(__doc__.splitlines()[0])
    new, old = "'bench ' || :k || ' ' || :l", "'bench again'"
    with product(options.url) as url:
        results = race(
            {
                "bare insert": lambda: pgbench(url, KEY + INSERT.format(key=new)),
                "claim, new": lambda: pgbench(url, KEY + CLAIM.format(key=new)),
                "claim, repeated": lambda: pgbench(url, CLAIM.format(key=old)),
            },
            options.rounds,
        )
        table("one client", results, "calls/s", more_is_better=True)


if __name__ == "__main__":
    main()
