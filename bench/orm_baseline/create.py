"""Makes the baseline's tables and merchants: `python -m bench.orm_baseline.create URL MERCHANTS.json`."""

from __future__ import annotations

import asyncio
import json
import sys
from decimal import Decimal
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from bench.orm_baseline.models import Account, Base, Merchant


async def create(url: str, rows: list[dict[str, str]]) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session, session.begin():
        session.add_all(
            Merchant(id=row["account"], private_key=row["key"], fee_percent=Decimal("2.9"), fee_fixed=Decimal("2.50"))
            for row in rows
        )
        await session.flush()
        session.add_all(Account(merchant_id=row["account"], currency="MXN", balance=Decimal(0)) for row in rows)
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(create(sys.argv[1], json.loads(Path(sys.argv[2]).read_text())))
