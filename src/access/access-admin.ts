/**
 * Managing who may do what. Every change is written with a line in the audit log, and holds for the next request.
 */
import type { BearerScope, Principal } from './access.ts'
import type { AuditEntry, AuditPage } from './audit.ts'
import type { Diagnosis } from './no-permission.ts'
import type { StatementFinding } from './policy/evaluate.ts'

/** Who makes a change, for the audit log. */
export interface Actor {
  readonly principal: Principal
  readonly requestId: string
  readonly remoteAddress: string
}

export interface UserInfo {
  readonly name: string
  readonly displayName: string
  readonly arn: string
  readonly isAdmin: boolean
  /** Names of the policies attached. */
  readonly policies: readonly string[]
  readonly createdMs: number
}

export interface KeyInfo {
  /** AccessKeyId, or the first characters of a bearer key. */
  readonly id: string
  readonly kind: 'access' | 'bearer'
  readonly user: string
  /** Bearer keys only. */
  readonly scope?: BearerScope
  readonly isActive: boolean
  readonly description: string
  readonly createdMs: number
  /** 0 = never; exact to a minute. */
  readonly lastUsedMs: number
}

/** The only time that a secret is shown: AccessKeySecret, or the whole bearer key. */
export interface CreatedKey extends KeyInfo {
  readonly secret: string
}

export interface RoleInfo {
  readonly name: string
  readonly arn: string
  readonly description: string
  /** JSON: who may take the role. */
  readonly trustPolicy: string
  /** Longest session of temporary credentials. */
  readonly maxSessionSeconds: number
  readonly policies: readonly string[]
  readonly createdMs: number
}

export interface RoleOptions {
  readonly description?: string
  readonly trustPolicy?: string
  /** 3,600 (default) to 43,200. */
  readonly maxSessionSeconds?: number
}

export interface PolicyInfo {
  readonly name: string
  readonly description: string
  /** JSON in the policy language. */
  readonly document: string
  /** Comes with the program and cannot be changed. */
  readonly isSystem: boolean
  readonly createdMs: number
}

/** Whom a policy is attached to, or a question is about. */
export interface Target {
  readonly kind: 'user' | 'role'
  readonly name: string
}

export interface SimulateRequest {
  readonly target: Target
  readonly action: string
  /** A whole name, or `instance/<name>` for short. */
  readonly resource: string
  /** Keys of conditions, `acs:SourceIp`; the time is now when it is not given. */
  readonly conditions?: Readonly<Record<string, string>>
  /** Policies to try in addition to those attached, before they are saved. */
  readonly documents?: readonly string[]
}

export interface SimulateAnswer {
  readonly isAllowed: boolean
  readonly kind: 'Allow' | 'ExplicitDeny' | 'ImplicitDeny'
  /** The name in full. */
  readonly resource: string
  /** The statement that decided, counted from 0; absent = none matched, or an administrator, whom no policy binds. */
  readonly by?: { readonly policy: string; readonly statement: number }
  readonly isAdmin: boolean
  /** All statements about the action, and which of their parts match. */
  readonly considered: readonly StatementFinding[]
}

export interface AccessAdmin {
  listUsers(): Promise<UserInfo[]>
  /** @throws UserNotFound */
  user(name: string): Promise<UserInfo & { readonly keys: readonly KeyInfo[] }>
  /** @throws AccessNameInvalid, UserExists, AdministratorOnly */
  createUser(actor: Actor, user: { name: string; displayName?: string; isAdmin?: boolean }): Promise<UserInfo>
  /** @throws UserNotFound, LastAdministrator, AdministratorOnly */
  updateUser(actor: Actor, name: string, change: { displayName?: string; isAdmin?: boolean }): Promise<UserInfo>
  /** With keys and attachments. @throws UserNotFound, LastAdministrator, AdministratorOnly */
  deleteUser(actor: Actor, name: string): Promise<void>

  /** Of one user, or of all. @throws UserNotFound */
  listKeys(user?: string): Promise<KeyInfo[]>
  /** @param scope makes a bearer key. @throws UserNotFound, AdministratorOnly */
  createKey(actor: Actor, user: string, key: { scope?: BearerScope; description?: string }): Promise<CreatedKey>
  /** @throws UserNotFound, AccessKeyNotFound, AdministratorOnly */
  setKeyActive(actor: Actor, user: string, id: string, isActive: boolean): Promise<KeyInfo>
  /** @throws UserNotFound, AccessKeyNotFound, AdministratorOnly */
  deleteKey(actor: Actor, user: string, id: string): Promise<void>

  listRoles(): Promise<RoleInfo[]>
  /** @throws RoleNotFound */
  role(name: string): Promise<RoleInfo>
  /** Without a trust policy the role is for imports. @throws AccessNameInvalid, RoleExists, PolicyInvalid, ParameterInvalid */
  createRole(actor: Actor, role: { name: string } & RoleOptions): Promise<RoleInfo>
  /** @throws RoleNotFound, PolicyInvalid, ParameterInvalid */
  updateRole(actor: Actor, name: string, change: RoleOptions): Promise<RoleInfo>
  /** @throws RoleNotFound */
  deleteRole(actor: Actor, name: string): Promise<void>

  listPolicies(): Promise<PolicyInfo[]>
  /** @throws PolicyNotFound */
  policy(name: string): Promise<PolicyInfo & { readonly attachedTo: readonly Target[] }>
  /** @throws AccessNameInvalid, PolicyExists, PolicyInvalid */
  createPolicy(actor: Actor, policy: { name: string; description?: string; document: string }): Promise<PolicyInfo>
  /** @throws PolicyNotFound, PolicyReadOnly, PolicyInvalid */
  updatePolicy(actor: Actor, name: string, change: { description?: string; document?: string }): Promise<PolicyInfo>
  /** @throws PolicyNotFound, PolicyReadOnly, PolicyInUse */
  deletePolicy(actor: Actor, name: string): Promise<void>
  /** @throws PolicyNotFound, UserNotFound, RoleNotFound */
  attach(actor: Actor, policy: string, target: Target): Promise<void>
  /** @throws PolicyNotFound, UserNotFound, RoleNotFound, PolicyNotAttached */
  detach(actor: Actor, policy: string, target: Target): Promise<void>

  /** @throws UserNotFound, RoleNotFound, PolicyInvalid */
  simulate(request: SimulateRequest): Promise<SimulateAnswer>
  /** Whoever may manage users may not lift himself above his rights. @throws AdministratorOnly when the user is an administrator and the actor is none */
  checkMayManage(principal: Principal, userName: string): Promise<void>
  /** What an EncodedDiagnosticMessage says. @throws ParameterInvalid */
  diagnose(message: string): Diagnosis
  /** Newest first. */
  audit(page: AuditPage): Promise<AuditEntry[]>
  /** Notes a change that was made elsewhere (an instance dropped). */
  recordChange(actor: Actor, action: string, resource: string, detail: Readonly<Record<string, unknown>>): Promise<void>
}
