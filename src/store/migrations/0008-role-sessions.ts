/**
 * How long sessions of a role may last.
 */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table role add column max_session_seconds integer not null default 3600`.execute(db)
}
