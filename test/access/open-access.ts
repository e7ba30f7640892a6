/**
 * Access over a real store in a folder of its own, and who asks in the tests.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { pino } from 'pino'
import {
  type AccessParts,
  type Actor,
  createAccess,
  type OpenedAccess,
  type Principal,
} from '../../src/access/index.ts'
import { openStore, type Store } from '../../src/store/index.ts'

export interface TestAccess extends OpenedAccess {
  readonly store: Store
  readonly dataDir: string
  /** The administrator of the first start. */
  readonly root: Actor
  /** The clock; add to it. */
  readonly time: { nowMs: number }
  /** Everything that was logged, as text. */
  readonly logged: () => string
}

export async function openAccess(t: TestContext, parts: Partial<AccessParts> = {}): Promise<TestAccess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sightline-access-'))
  const store = await openStore(join(dataDir, 'store.db'))
  const time = { nowMs: Date.UTC(2026, 5, 1) }
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) })
  const opened = await createAccess({ store, dataDir, log, clock: () => time.nowMs, ...parts })
  t.after(async () => {
    await opened.access.close()
    await store.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  const { principal } = await opened.access.findKey(opened.firstKey?.accessKeyId ?? '')
  return { ...opened, store, dataDir, root: actor(principal), time, logged: () => lines.join('') }
}

export function actor(principal: Principal): Actor {
  return { principal, requestId: 'REQUEST-1', remoteAddress: '127.0.0.1' }
}

export const LOCAL = { sourceIp: '127.0.0.1', isTls: false, nowMs: Date.UTC(2026, 5, 1) }

/** A user with these statements, and the principal of an access key of his. */
export async function userWith(
  { access, admin, root }: TestAccess,
  name: string,
  statements: readonly object[],
): Promise<Principal> {
  await admin.createUser(root, { name })
  if (statements.length > 0) {
    await admin.createPolicy(root, { name: `of-${name}`, document: policy(statements) })
    await admin.attach(root, `of-${name}`, { kind: 'user', name })
  }
  const key = await admin.createKey(root, name, {})
  return (await access.findKey(key.id)).principal
}

export function policy(statements: readonly object[]): string {
  return JSON.stringify({ Version: '1', Statement: statements })
}
