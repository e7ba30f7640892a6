/**
 * Failed rows of an import can be run again.
 */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table import add column attempt integer not null default 1`.execute(db)
  await sql`alter table import add column retry_from text not null default ''`.execute(db)
  await sql`alter table import_row add column attempt integer not null default 1`.execute(db)
  await sql`alter table import_row add column is_superseded integer not null default 0`.execute(db)
  await sql`
    create index import_row_failed on import_row (product_id, pic_name)
    where outcome = 'failed' and is_superseded = 0`.execute(db)
}
