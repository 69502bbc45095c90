"""Migrating a real database: once, alone, and with a clear word when it is not allowed."""

from __future__ import annotations

import asyncio
import os
from importlib.resources import files
from urllib.parse import urlsplit

import asyncpg
import pytest

from pasarela.infra import migrate
from pasarela.infra.database import Database, DatabaseUnreachable
from tests.fixtures_postgres import PostgresServer

VERSIONS = files("pasarela.migrations").joinpath("versions")
REVISIONS = sorted(entry.name.removesuffix(".py") for entry in VERSIONS.iterdir() if entry.name[0].isdigit())
HEAD = REVISIONS[-1]


async def test_upgrade_applies_everything_once(fresh_database: str) -> None:
    told: list[str] = []
    assert await migrate.pending(fresh_database) == REVISIONS
    assert await migrate.upgrade(fresh_database, told.append) == REVISIONS
    assert told == [f"applying {revision}" for revision in REVISIONS]
    assert await migrate.upgrade(fresh_database) == []
    assert await migrate.current(fresh_database) == HEAD
    assert await migrate.pending(fresh_database) == []


async def test_two_processes_that_start_together_do_not_collide(fresh_database: str) -> None:
    applied = await asyncio.gather(*(migrate.upgrade(fresh_database) for _ in range(4)))
    assert sorted(applied) == [[], [], [], REVISIONS]


async def test_upgrade_leaves_a_later_schema_alone(fresh_database: str) -> None:
    await migrate.upgrade(fresh_database)
    connection = await asyncpg.connect(fresh_database)
    await connection.execute("UPDATE alembic_version SET version_num = '9999_later'")
    await connection.close()
    with pytest.raises(migrate.SchemaTooNew, match="9999_later"):
        await migrate.upgrade(fresh_database)


async def test_upgrade_by_a_user_without_rights_says_what_is_missing(fresh_database: str) -> None:
    connection = await asyncpg.connect(fresh_database)
    await connection.execute("CREATE ROLE weak_one LOGIN")
    try:
        with pytest.raises(migrate.MigrationNotAllowed, match="needs CREATEROLE") as caught:
            await migrate.upgrade(_as_user(fresh_database, "weak_one"))
        assert "\n" not in str(caught.value)
        assert await migrate.current(fresh_database) is None
    finally:
        await connection.execute("DROP ROLE weak_one")
        await connection.close()


async def test_an_unreachable_database_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseUnreachable, match=r"database shop on 127\.0\.0\.1: ") as caught:
        await migrate.current("postgresql://me:secret@127.0.0.1:1/shop")
    assert "secret" not in str(caught.value)


async def test_what_is_no_address_of_a_database_is_told_in_one_line() -> None:
    with pytest.raises(DatabaseUnreachable, match="invalid DSN") as caught:
        await migrate.current("garbage")
    assert "\n" not in str(caught.value)


async def test_every_table_with_a_tenant_is_fenced(database: Database, database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    unfenced = await connection.fetch(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
        "WHERE a.attname = 'tenant_id' AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace "
        "AND NOT c.relrowsecurity"
    )
    await connection.close()
    assert unfenced == []


async def test_the_app_role_without_a_tenant_sees_nothing(database_url: str) -> None:
    connection = await asyncpg.connect(database_url, server_settings={"role": "pasarela_app"})
    with pytest.raises(asyncpg.UndefinedObjectError):
        await connection.fetch("SELECT * FROM due_work")
    await connection.close()


async def test_the_operator_reads_the_revision_and_cannot_change_it(database: Database) -> None:
    async with database.operator() as tx:
        assert await tx.fetchval("SELECT version_num FROM alembic_version") == HEAD
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with database.operator() as tx:
            await tx.execute("DELETE FROM alembic_version")


async def test_databases_of_one_server_migrate_at_once(postgres_server: PostgresServer) -> None:
    names = [f"at_once_{os.getpid()}_{number}" for number in range(4)]
    urls = [postgres_server.create_database(name) for name in names]
    try:
        assert await asyncio.gather(*(migrate.upgrade(url) for url in urls)) == [REVISIONS] * 4
    finally:
        for name in names:
            postgres_server.drop_database(name)


def _as_user(url: str, user: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}").geturl()
