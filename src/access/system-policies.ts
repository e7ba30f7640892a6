/**
 * Policies that come with the program, under the names that the cloud gives them. They are written at every start, so
 * that an update of the program updates them.
 */
import type { Store } from '../store/index.ts'
import { insertPolicy, listPolicies, updatePolicy } from '../store/policies.ts'

interface SystemPolicy {
  readonly name: string
  readonly description: string
  readonly action: string | readonly string[]
}

/** Actions that show something and change nothing. */
const READ_IMAGESEARCH = [
  'imagesearch:Describe*',
  'imagesearch:Get*',
  'imagesearch:List*',
  'imagesearch:Search*',
  'imagesearch:Check*',
  'imagesearch:Compare*',
  'imagesearch:Detail',
  'imagesearch:IncreaseList',
  'imagesearch:DumpMetaList',
]

export const SYSTEM_POLICIES: readonly SystemPolicy[] = [
  { name: 'AdministratorAccess', description: 'Everything.', action: '*' },
  {
    name: 'AliyunImagesearchFullAccess',
    description:
      'Everything with instances, images, searches and imports, with any role; adding buckets, users and policies not.',
    // An import without a role reads its whole bucket: handing it one takes rights away and gives none.
    action: ['imagesearch:*', 'ram:PassRole'],
  },
  {
    name: 'AliyunImagesearchReadOnlyAccess',
    description: 'Searching and looking; nothing that changes instances or images.',
    action: READ_IMAGESEARCH,
  },
  {
    name: 'AliyunOSSReadOnlyAccess',
    description: 'Reading all objects of all buckets; for roles of imports.',
    action: ['oss:Get*', 'oss:List*'],
  },
  { name: 'AliyunRAMFullAccess', description: 'Everything with users, keys, roles and policies.', action: 'ram:*' },
  {
    name: 'AliyunRAMReadOnlyAccess',
    description: 'Looking at users, keys, roles, policies and the audit log.',
    action: ['ram:Get*', 'ram:List*', 'ram:Simulate*'],
  },
  { name: 'AliyunSTSAssumeRoleAccess', description: 'Taking roles that trust the user.', action: 'sts:AssumeRole' },
]

export async function writeSystemPolicies(store: Store, now: number): Promise<void> {
  const found = new Map((await listPolicies(store.read)).map((row) => [row.name, row]))
  const stale = SYSTEM_POLICIES.map((policy) => ({ ...policy, document: documentOf(policy) })).filter(
    ({ name, description, document }) => {
      const row = found.get(name)
      return !row || row.document !== document || row.description !== description
    },
  )
  if (stale.length === 0) return
  await store.write(async (trx) => {
    for (const { name, description, document } of stale) {
      const row = found.get(name)
      if (!row) await insertPolicy(trx, { name, description, document, is_system: 1, created_at: now })
      else if (row.is_system) await updatePolicy(trx, row.id, { description, document })
    }
  })
}

function documentOf({ action }: SystemPolicy): string {
  return JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] }, null, 2)
}

/** The cloud writes some of these names in two ways (ImageSearch, Imagesearch): here case does not matter. */
export function systemPolicyName(name: string): string | undefined {
  const lower = name.toLowerCase()
  return SYSTEM_POLICIES.find((policy) => policy.name.toLowerCase() === lower)?.name
}
