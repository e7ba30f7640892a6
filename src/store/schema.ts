/**
 * The tables. Common subset of SQLite and PostgreSQL: integers, texts, blobs; times in milliseconds since 1970; JSON
 * as text. The comment at a column is the invariant that it carries. Migrations make exactly these tables.
 */
import type { Generated } from 'kysely'

export type ServiceType = 'product' | 'generic'
export type PictureRulesName = 'open' | 'cloud' | 'cloud-2020'

export interface InstanceTable {
  id: Generated<number>
  name: string
  service_type: ServiceType
  /** Images at most. */
  capacity: number
  picture_rules: PictureRulesName
  /** Id of the model whose vectors are searched. */
  model: string
  /** Calls a second; 0 = no limit. */
  search_qps: number
  write_qps: number
  /** 1 = keep a small JPEG of every image. */
  thumbnails: number
  /** ARN of the role that imports without an own ARN take; '' = none. */
  default_role: string
  /** Images there are, kept with every write: counting a million rows takes too long. */
  image_count: number
  /** 1 = cleared or dropped: nobody finds it any more, its rows are being deleted. Its name is no longer taken. */
  is_dropped: number
  created_at: number
}

export interface ImageTable {
  id: Generated<number>
  instance_id: number
  product_id: string
  /** (instance_id, product_id, pic_name) is unique. */
  pic_name: string
  category_id: number
  /** 1 = the caller gave the category, 0 = it was predicted. Only given ones vote in predictions. */
  category_given: number
  custom_content: string
  int_attr: number
  int_attr2: number
  int_attr3: number
  int_attr4: number
  str_attr: string
  str_attr2: string
  str_attr3: string
  str_attr4: string
  /** Subject box `x1,x2,y1,y2` in pixels of the picture as sent (EXIF orientation applied). */
  region: string
  width: number
  height: number
  /** 64-bit dHash, 8 bytes big-endian. */
  dhash: Uint8Array
  /** File name of the thumbnail below the data folder's `thumbnails/`; '' = none. */
  thumbnail: string
  /** Etag of the object in the bucket that the picture came from; '' = not from a bucket. */
  source_etag: string
  /** Of bucket, key, etag and all that the row said, for imports that skip what is unchanged; '' = not from a row. */
  source_digest: Generated<string>
  /** Import and line that wrote the image last; 0, 0 = not an import. */
  import_id: number
  import_line: number
  created_at: number
  updated_at: number
}

/** The vectors, the truth: an index is made from these and can be lost. */
export interface EmbeddingTable {
  image_id: number
  model: string
  /** Little-endian float32, length 1. */
  vector: Uint8Array
}

/**
 * The change log: one row for every image written or deleted, in order of commit. It says only that the image changed;
 * what it is now, the image row says. An index that has applied `seq` is up to date up to there.
 */
export interface ChangeTable {
  seq: Generated<number>
  instance_id: number
  image_id: number
}

/** One derived vector index of an instance: `active` answers searches, `building` will replace it. */
export interface VectorIndexTable {
  id: Generated<number>
  instance_id: number
  model: string
  state: 'building' | 'active'
  /** Mean vector taken out of every vector of this index, little-endian float32. */
  mean: Uint8Array
  /** JSON: what the score is calibrated on (see search/score). */
  calibration: string
  /** Change up to which the engine's table is durable. */
  applied_seq: number
  created_at: number
}

export interface BucketTable {
  id: Generated<number>
  name: string
  driver: 'file' | 's3' | 'oss' | 'http'
  /** JSON of the driver's options without secrets. */
  options: string
  /** Encrypted JSON of the driver's credentials; empty = none. */
  credentials: Uint8Array
  created_at: number
}

/** `queued` = it waits until the one before it has ended; an instance has at most one that is running or paused. */
export type ImportState = 'queued' | 'running' | 'paused' | 'cancelled' | 'done' | 'failed'

export interface ImportTable {
  id: Generated<number>
  instance_id: number
  bucket: string
  /** Folder with increment.meta: starts with '/', ends without one (but for '/' alone). */
  path: string
  role_arn: string
  callback_address: string
  state: ImportState
  /** Code of the table when the import as a whole failed; '' otherwise. */
  code: string
  message: string
  /** '' = it has not begun to read its manifest. */
  manifest_etag: string
  manifest_bytes: number
  /** How far the manifest has been cut into tasks. */
  planned_bytes: number
  planned_lines: number
  /** Rows of tasks that are done; those of open tasks are counted from their outcomes. */
  ok: number
  failed: number
  skipped: number
  /** JSON: how many rows failed with a code or were skipped for a reason. */
  causes: string
  /** JSON: what predicts categories, frozen at the start, so that predictions do not depend on the order of rows. */
  prediction: string
  /** JSON: options of the start (skip unchanged, ...). */
  options: string
  /** 1 = the first run, one more for every retry of the failed rows. */
  attempt: Generated<number>
  /** While failed rows are retried: the state that the import goes back to when that ends; '' otherwise. */
  retry_from: Generated<ImportState | ''>
  /** 1 = its rows are only checked. */
  is_dry_run: Generated<number>
  /** JSON: what a dry run has found out beside outcomes; '' otherwise. */
  survey: Generated<string>
  /** JSON: where the time of its pictures went, in all runs that stopped in order; '' = there were none. */
  stages: Generated<string>
  created_at: number
  /** When it left the queue; 0 = not yet. */
  started_at: Generated<number>
  modified_at: number
  /** 0 = it has not ended. */
  finished_at: number
}

/** Outcomes: of failed and superseded rows for good, of ok rows only while their task is open. */
export interface ImportRowTable {
  import_id: number
  line: number
  outcome: 'ok' | 'failed' | 'skipped'
  /** Error code of a failed row, reason of a skipped one, '' of an ok one. */
  code: string
  message: string
  /** '' = the hint of the code's entry in the table. */
  hint: string
  product_id: string
  pic_name: string
  /** Failed rows: the line as it stands in the manifest, for the download; '' when it is longer than a line may be. */
  text: string
  /** The attempt of the import that the outcome is of. */
  attempt: Generated<number>
  /** Failed rows: 1 = its picture was written or deleted since by what counts as later; a retry leaves it alone. */
  is_superseded: Generated<number>
}

/** What a DELETE of a running import leaves: an ADD of an earlier line must not bring the image back. */
export interface ImportTombstoneTable {
  import_id: number
  product_id: string
  /** '' = the whole product. */
  pic_name: string
  line: number
}

export interface TaskTable {
  id: Generated<number>
  /** What the task is part of: ('import', import id). */
  job_kind: 'import'
  job_id: number
  /** A task that is done is deleted. */
  state: 'ready' | 'running'
  /** JSON: the slice of work. */
  payload: string
  /** Fencing token: grows with every claim; a finish with an older one writes nothing. */
  token: number
  attempt: number
  lease_until: number
}

/** What somebody is told at the end of an import; made in the transaction that ends it. */
export interface CallbackTable {
  /** The receiver knows a callback that comes twice by it. */
  id: Generated<number>
  import_id: number
  state: 'waiting' | 'delivered' | 'failed'
  /** JSON, as it is sent each time. */
  body: string
  /** Since it was made or last asked for by hand. */
  tries: number
  /** Not before; counts while it is waiting. */
  next_at: number
  created_at: number
}

/** One try to deliver a callback. */
export interface CallbackDeliveryTable {
  callback_id: number
  /** 1 = first. */
  number: number
  at: number
  took_ms: number
  /** HTTP status of the answer; 0 = there was none. */
  status: number
  /** Why there was none, or it was not taken; '' = delivered. */
  error: string
}

export interface MetaTable {
  key: string
  value: string
}

export interface UserTable {
  id: Generated<number>
  name: string
  display_name: string
  /** 1 = may do everything, without policies. */
  is_admin: number
  /** scrypt hash for the console; '' = no sign-in by password. */
  password_hash: string
  created_at: number
}

export interface AccessKeyTable {
  /** AccessKeyId. */
  id: string
  user_id: number
  /** AES-256-GCM: nonce, ciphertext, tag. HMAC signatures need the secret itself. */
  secret: Uint8Array
  active: number
  description: string
  created_at: number
  /** 0 = never; written at most once a minute. */
  last_used_at: number
}

/** Keys for `Authorization: Bearer`; only their hash is kept. */
export interface BearerKeyTable {
  id: Generated<number>
  /** First characters, to tell keys apart. */
  prefix: string
  user_id: number
  sha256: Uint8Array
  scope: 'search' | 'import' | 'admin'
  active: number
  description: string
  created_at: number
  last_used_at: number
}

export interface RoleTable {
  id: Generated<number>
  name: string
  description: string
  /** JSON: who may take the role. */
  trust_policy: string
  /** Longest session of temporary credentials, 3,600 to 43,200. */
  max_session_seconds: Generated<number>
  created_at: number
}

export interface PolicyTable {
  id: Generated<number>
  name: string
  description: string
  /** JSON in the cloud's policy language. */
  document: string
  /** 1 = comes with the program and cannot be changed. */
  is_system: number
  created_at: number
}

export interface AttachmentTable {
  policy_id: number
  /** 'user' or 'role' and its id. */
  target_kind: 'user' | 'role'
  target_id: number
}

export interface AuditTable {
  id: Generated<number>
  at: number
  /** Who, as an ARN; '' = unknown. */
  principal: string
  action: string
  resource: string
  outcome: 'changed' | 'denied'
  request_id: string
  remote_address: string
  detail: string
}

/** Who is signed in to the console; only the hash of the cookie's token is kept. */
export interface SessionTable {
  sha256: Uint8Array
  user_id: number
  remote_address: string
  user_agent: string
  created_at: number
  /** Written at most once a minute. */
  used_at: number
}

export type DumpState = 'running' | 'done' | 'failed'

/** An instance's images written as a manifest; the file is `dumps/<id>.meta` in the data folder. */
export interface DumpTable {
  id: Generated<number>
  /** At most one is running for each. */
  instance_id: number
  state: DumpState
  /** Lines written. */
  images: number
  created_at: number
  modified_at: number
}

/** Images of one decision about copies: every pair of them is decided. */
export interface CopyDecisionTable {
  image_id: number
  number: number
  decision: 'keep' | 'ignore'
  decided_at: number
}

export interface Schema {
  meta: MetaTable
  instance: InstanceTable
  image: ImageTable
  embedding: EmbeddingTable
  change: ChangeTable
  vector_index: VectorIndexTable
  bucket: BucketTable
  import: ImportTable
  import_row: ImportRowTable
  import_tombstone: ImportTombstoneTable
  task: TaskTable
  callback: CallbackTable
  callback_delivery: CallbackDeliveryTable
  user: UserTable
  access_key: AccessKeyTable
  bearer_key: BearerKeyTable
  role: RoleTable
  policy: PolicyTable
  attachment: AttachmentTable
  audit: AuditTable
  session: SessionTable
  dump: DumpTable
  copy_decision: CopyDecisionTable
}
