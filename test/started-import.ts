import { insertImport } from '../src/store/imports.ts'
import type { Store } from '../src/store/index.ts'

/** An import that is on record as running, for what is written in its name. @returns its id */
export async function startedImport(store: Store, instanceId: number): Promise<number> {
  const { id } = await store.write((trx) =>
    insertImport(trx, {
      instance_id: instanceId,
      bucket: 'pictures',
      path: '/',
      role_arn: '',
      callback_address: '',
      state: 'running',
      code: '',
      message: '',
      manifest_etag: '',
      manifest_bytes: 0,
      prediction: '',
      options: '{}',
      created_at: 0,
      modified_at: 0,
      finished_at: 0,
    }),
  )
  return id
}
