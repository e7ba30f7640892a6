/**
 * What users decided about copies; deleting an image takes its part in every decision with it.
 */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table copy_decision (
      image_id integer not null references image (id) on delete cascade,
      number integer not null,
      decision text not null,
      decided_at integer not null,
      primary key (image_id, number)
    )`.execute(db)
  await sql`create index copy_decision_number on copy_decision (number)`.execute(db)
}
