/**
 * Dumps: an instance's images as a manifest.
 */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table dump (
      id integer primary key autoincrement,
      instance_id integer not null references instance (id) on delete cascade,
      state text not null,
      images integer not null,
      created_at integer not null,
      modified_at integer not null
    )`.execute(db)
  await sql`create unique index dump_running on dump (instance_id) where state = 'running'`.execute(db)
}
