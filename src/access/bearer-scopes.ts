/**
 * What a bearer key of each scope may do at most; its user's policies must allow it as well.
 */
import type { BearerScope } from './access.ts'
import { type Policy, parsePolicy } from './policy/parse-policy.ts'

const ACTIONS: Readonly<Record<BearerScope, readonly string[]>> = {
  search: [
    'imagesearch:Search*',
    'imagesearch:CompareSimilarByImage',
    'imagesearch:CheckImageExists',
    'imagesearch:GetThumbnail',
  ],
  import: [
    'imagesearch:AddImage',
    'imagesearch:UpdateImage',
    'imagesearch:DeleteImage',
    'imagesearch:CheckImageExists',
    'imagesearch:ListImages',
    'imagesearch:Detail',
    'imagesearch:Increase*',
  ],
  admin: ['*'],
}

const scopePolicy = (scope: BearerScope): Policy =>
  parsePolicy(
    `scope ${scope}`,
    JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: ACTIONS[scope], Resource: '*' }] }),
  )

export const SCOPE_POLICIES: Readonly<Record<BearerScope, Policy>> = {
  search: scopePolicy('search'),
  import: scopePolicy('import'),
  admin: scopePolicy('admin'),
}
