/**
 * Sessions of the console.
 */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table session (
      sha256 blob primary key,
      user_id integer not null references user (id) on delete cascade,
      remote_address text not null,
      user_agent text not null,
      created_at integer not null,
      used_at integer not null
    )`.execute(db)
  await sql`create index session_user on session (user_id)`.execute(db)
}
