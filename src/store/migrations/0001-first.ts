/**
 * The tables of the first release; what each column means stands in ../schema.ts. A migration that has been released
 * is never edited: a change is a new file.
 */
import { type Kysely, sql } from 'kysely'

const STATEMENTS = `
create table meta (key text primary key, value text not null);

create table instance (
  id integer primary key autoincrement,
  name text not null,
  service_type text not null,
  capacity integer not null,
  picture_rules text not null,
  model text not null,
  search_qps integer not null,
  write_qps integer not null,
  thumbnails integer not null,
  default_role text not null,
  image_count integer not null,
  is_dropped integer not null,
  created_at integer not null
);
create unique index instance_name on instance (name) where is_dropped = 0;

create table image (
  id integer primary key autoincrement,
  instance_id integer not null references instance (id),
  product_id text not null,
  pic_name text not null,
  category_id integer not null,
  category_given integer not null,
  custom_content text not null,
  int_attr integer not null,
  int_attr2 integer not null,
  int_attr3 integer not null,
  int_attr4 integer not null,
  str_attr text not null,
  str_attr2 text not null,
  str_attr3 text not null,
  str_attr4 text not null,
  region text not null,
  width integer not null,
  height integer not null,
  dhash blob not null,
  thumbnail text not null,
  source_etag text not null,
  import_id integer not null,
  import_line integer not null,
  created_at integer not null,
  updated_at integer not null
);
create unique index image_key on image (instance_id, product_id, pic_name);
create index image_instance on image (instance_id, id);
create index image_given on image (instance_id, category_id, id) where category_given = 1;

create table embedding (
  image_id integer not null references image (id) on delete cascade,
  model text not null,
  vector blob not null,
  primary key (image_id, model)
);

create table change (
  seq integer primary key autoincrement,
  instance_id integer not null,
  image_id integer not null
);
create index change_instance on change (instance_id, seq);

create table vector_index (
  id integer primary key autoincrement,
  instance_id integer not null,
  model text not null,
  state text not null,
  mean blob not null,
  calibration text not null,
  applied_seq integer not null,
  created_at integer not null
);

create table bucket (
  id integer primary key autoincrement,
  name text not null unique,
  driver text not null,
  options text not null,
  credentials blob not null,
  created_at integer not null
);

create table import (
  id integer primary key autoincrement,
  instance_id integer not null references instance (id) on delete cascade,
  bucket text not null,
  path text not null,
  role_arn text not null,
  callback_address text not null,
  state text not null,
  code text not null,
  message text not null,
  manifest_etag text not null,
  manifest_bytes integer not null,
  planned_bytes integer not null,
  planned_lines integer not null,
  ok integer not null,
  failed integer not null,
  skipped integer not null,
  causes text not null,
  prediction text not null,
  options text not null,
  created_at integer not null,
  modified_at integer not null,
  finished_at integer not null
);
create index import_instance on import (instance_id, id);

create table import_row (
  import_id integer not null references import (id) on delete cascade,
  line integer not null,
  outcome text not null,
  code text not null,
  message text not null,
  hint text not null,
  product_id text not null,
  pic_name text not null,
  text text not null,
  primary key (import_id, line)
) without rowid;

create table import_tombstone (
  import_id integer not null references import (id) on delete cascade,
  product_id text not null,
  pic_name text not null,
  line integer not null,
  primary key (import_id, product_id, pic_name)
) without rowid;

create table task (
  id integer primary key autoincrement,
  job_kind text not null,
  job_id integer not null,
  state text not null,
  payload text not null,
  token integer not null,
  attempt integer not null,
  lease_until integer not null
);
create index task_job on task (job_kind, job_id, state);

create table user (
  id integer primary key autoincrement,
  name text not null unique,
  display_name text not null,
  is_admin integer not null,
  password_hash text not null,
  created_at integer not null
);

create table access_key (
  id text primary key,
  user_id integer not null references user (id) on delete cascade,
  secret blob not null,
  active integer not null,
  description text not null,
  created_at integer not null,
  last_used_at integer not null
);

create table bearer_key (
  id integer primary key autoincrement,
  prefix text not null,
  user_id integer not null references user (id) on delete cascade,
  sha256 blob not null unique,
  scope text not null,
  active integer not null,
  description text not null,
  created_at integer not null,
  last_used_at integer not null
);

create table role (
  id integer primary key autoincrement,
  name text not null unique,
  description text not null,
  trust_policy text not null,
  created_at integer not null
);

create table policy (
  id integer primary key autoincrement,
  name text not null unique,
  description text not null,
  document text not null,
  is_system integer not null,
  created_at integer not null
);

create table attachment (
  policy_id integer not null references policy (id) on delete cascade,
  target_kind text not null,
  target_id integer not null,
  primary key (target_kind, target_id, policy_id)
);

create table audit (
  id integer primary key autoincrement,
  at integer not null,
  principal text not null,
  action text not null,
  resource text not null,
  outcome text not null,
  request_id text not null,
  remote_address text not null,
  detail text not null
);
create index audit_at on audit (at);
`

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS.split(';')) {
    if (statement.trim()) await sql.raw(statement).execute(db)
  }
}
