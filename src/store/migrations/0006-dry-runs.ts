/**
 * Imports that only say what they would do.
 */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table import add column is_dry_run integer not null default 0`.execute(db)
  await sql`alter table import add column survey text not null default ''`.execute(db)
}
