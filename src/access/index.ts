/**
 * Access: who may call which action on which resource. Users, keys, roles, policies; secrets at rest.
 */

export type {
  Access,
  AssumeRoleRequest,
  BearerScope,
  Principal,
  RequestConditions,
  TemporaryCredentials,
} from './access.ts'
export type {
  AccessAdmin,
  Actor,
  CreatedKey,
  KeyInfo,
  PolicyInfo,
  RoleInfo,
  SimulateAnswer,
  SimulateRequest,
  Target,
  UserInfo,
} from './access-admin.ts'
export type { AuditEntry, AuditPage } from './audit.ts'
export { type AccessParts, createAccess, type OpenedAccess } from './create-access.ts'
export type { NewAccessKey } from './credentials.ts'
export { type Credentials, credentialsFile, readCredentials, setEndpoint } from './credentials-file.ts'
export type { SecretBox } from './secret-box.ts'
export { LONGEST_SESSION_MS, type OpenedSession, type Session, type Sessions } from './sessions.ts'
