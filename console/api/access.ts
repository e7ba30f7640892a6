import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { del, get, patch, path, post, put } from './client.ts'

export interface User {
  readonly name: string
  readonly displayName: string
  readonly arn: string
  readonly isAdmin: boolean
  readonly policies: readonly string[]
  readonly createdMs: number
}

export type Scope = 'search' | 'import' | 'admin'

export interface Key {
  readonly id: string
  readonly kind: 'access' | 'bearer'
  readonly user: string
  readonly scope?: Scope
  readonly isActive: boolean
  readonly description: string
  readonly createdMs: number
  readonly lastUsedMs: number
}

export interface Role {
  readonly name: string
  readonly arn: string
  readonly description: string
  readonly trustPolicy: PolicyDocument
  readonly policies: readonly string[]
  readonly createdMs: number
}

export interface Statement {
  readonly Effect: 'Allow' | 'Deny'
  readonly Action?: string | readonly string[]
  readonly Resource?: string | readonly string[]
}

export interface PolicyDocument {
  readonly Version: string
  readonly Statement: readonly Statement[]
}

export interface Policy {
  readonly name: string
  readonly description: string
  readonly document: PolicyDocument
  readonly isSystem: boolean
  readonly createdMs: number
  readonly attachedTo?: readonly { readonly kind: 'user' | 'role'; readonly name: string }[]
}

export interface Simulation {
  readonly isAllowed: boolean
  readonly kind: 'Allow' | 'ExplicitDeny' | 'ImplicitDeny'
  readonly resource: string
  readonly by?: { readonly policy: string; readonly statement: number }
  readonly isAdmin: boolean
}

export interface AuditEvent {
  readonly id: number
  readonly atMs: number
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly outcome: 'changed' | 'denied'
  readonly remoteAddress: string
}

export const useUsers = () => useQuery({ queryKey: ['users'], queryFn: () => get<{ users: User[] }>('/users') })
export const useUser = (name: string) =>
  useQuery({
    queryKey: ['users', name],
    queryFn: () => get<User & { keys: Key[] }>(path`/users/${name}`),
    enabled: name !== '',
  })
export const useRoles = () => useQuery({ queryKey: ['roles'], queryFn: () => get<{ roles: Role[] }>('/roles') })
export const usePolicies = () =>
  useQuery({ queryKey: ['policies'], queryFn: () => get<{ policies: Policy[] }>('/policies') })
export const usePermissions = () =>
  useQuery({
    queryKey: ['permissions'],
    queryFn: () => get<{ permissions: { action: string }[] }>('/access/permissions'),
    staleTime: Number.POSITIVE_INFINITY,
  })

/** A change of access: all that is shown of it is read again. */
export function useAccessChange<V, T>(change: (input: V) => Promise<T>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: () =>
      Promise.all(['users', 'roles', 'policies'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  })
}

export const createUser = (user: { name: string; displayName?: string; isAdmin?: boolean }) =>
  post<User>('/users', user)
export const deleteUser = (name: string) => del(path`/users/${name}`)
export const createKey = (user: string, key: { scope?: Scope; description?: string }) =>
  post<Key & { secret: string }>(path`/users/${user}/keys`, key)
export const setKeyActive = ({ user, id }: Key, isActive: boolean) =>
  patch<Key>(path`/users/${user}/keys/${id}`, { isActive })
export const deleteKey = ({ user, id }: Key) => del(path`/users/${user}/keys/${id}`)
export const createRole = (role: { name: string; description?: string }) => post<Role>('/roles', role)
export const deleteRole = (name: string) => del(path`/roles/${name}`)
export const savePolicy = (name: string, isNew: boolean, policy: { description: string; document: unknown }) =>
  isNew ? post<Policy>('/policies', { name, ...policy }) : patch<Policy>(path`/policies/${name}`, policy)
export const deletePolicy = (name: string) => del(path`/policies/${name}`)
export const attach = (kind: 'users' | 'roles', name: string, policy: string) =>
  put(`/${kind}${path`/${name}/policies/${policy}`}`, {})
export const detach = (kind: 'users' | 'roles', name: string, policy: string) =>
  del(`/${kind}${path`/${name}/policies/${policy}`}`)
export const simulate = (asked: { user?: string; role?: string; action: string; resource: string }) =>
  post<Simulation>('/access/simulate', asked)

export const useAudit = (before: number | undefined, limit: number) =>
  useQuery({
    queryKey: ['audit', before, limit],
    queryFn: () => get<{ events: AuditEvent[] }>('/access/audit', { before, limit }),
  })
