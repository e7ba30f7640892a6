/**
 * Imports wait for each other, tell somebody when they end, and pass over pictures that have not changed.
 */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table import add column started_at integer not null default 0`.execute(db)
  await sql`update import set started_at = created_at`.execute(db)
  await sql`alter table import add column stages text not null default ''`.execute(db)
  await sql`alter table image add column source_digest text not null default ''`.execute(db)
  await sql`
    create table callback (
      id integer primary key autoincrement,
      import_id integer not null references import (id) on delete cascade,
      state text not null,
      body text not null,
      tries integer not null,
      next_at integer not null,
      created_at integer not null
    )`.execute(db)
  await sql`create index callback_import on callback (import_id, id)`.execute(db)
  await sql`create index callback_waiting on callback (next_at) where state = 'waiting'`.execute(db)
  await sql`
    create table callback_delivery (
      callback_id integer not null references callback (id) on delete cascade,
      number integer not null,
      at integer not null,
      took_ms integer not null,
      status integer not null,
      error text not null,
      primary key (callback_id, number)
    ) without rowid`.execute(db)
}
