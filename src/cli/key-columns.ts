import type { KeyInfo } from '../access/index.ts'
import { localTime } from './command.ts'
import type { Column } from './table.ts'

/** A table of keys. */
export const KEY_COLUMNS: readonly Column<KeyInfo>[] = [
  { title: 'Key', value: ({ id }) => id },
  { title: 'Kind', value: ({ kind, scope }) => (scope ? `${kind}, ${scope}` : kind) },
  { title: 'User', value: ({ user }) => user },
  { title: 'Active', value: ({ isActive }) => (isActive ? 'yes' : 'NO') },
  { title: 'Last used', value: ({ lastUsedMs }) => localTime(lastUsedMs) },
  { title: 'Created', value: ({ createdMs }) => localTime(createdMs) },
  { title: 'Description', value: ({ description }) => description, isElastic: true },
]
