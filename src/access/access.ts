/**
 * What the other rooms use of access: keys are found, actions authorised, objects read.
 */

/** Whoever makes a request, after its signature or key was found good. */
export interface Principal {
  readonly kind: 'user' | 'assumed-role'
  /** Name of the user or `role/session`. */
  readonly name: string
  /** `acs:ram::<account>:user/<name>` or `acs:sts::<account>:assumed-role/<role>/<session>`. */
  readonly arn: string
  /** Allowed everything, without policies. */
  readonly isAdmin: boolean
  /** '' for bearer keys. */
  readonly accessKeyId: string
  /** Bearer keys: narrows what the user may do. */
  readonly scope?: BearerScope
  /** Temporary credentials: policy given to AssumeRole, narrows what the role may do. */
  readonly sessionPolicy?: string
}

/** `search`: only searching; `import`: only writing images and importing; `admin`: whatever its user may do. */
export type BearerScope = 'search' | 'import' | 'admin'

/** What conditions of policies can ask about. */
export interface RequestConditions {
  readonly sourceIp: string
  readonly isTls: boolean
  readonly nowMs: number
  readonly userAgent?: string
  /** For the audit log. */
  readonly requestId?: string
}

export interface AssumeRoleRequest {
  /** `acs:ram::<account>:role/<name>` */
  readonly roleArn: string
  /** 2 to 64 letters, digits and `.@-_`; stands in the audit log. */
  readonly sessionName: string
  /** 900 to what the role allows at most; default 3,600. */
  readonly durationSeconds?: number
  /** Policy document of at most 2,048 characters: what is allowed here and to the role is allowed. */
  readonly policy?: string
  readonly externalId?: string
}

export interface TemporaryCredentials {
  /** `STS.…` */
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly securityToken: string
  readonly expirationMs: number
  /** `acs:ram::<account>:role/<role>/<session>` */
  readonly assumedRoleArn: string
  /** `<role id>:<session>` */
  readonly assumedRoleId: string
}

/** Says no by throwing NoPermission. Actions `imagesearch:AddImage`, resources `acs:imagesearch:*:<account>:instance/<name>`. */
export interface Access {
  /** 16-digit id of the account, made at the first start. */
  readonly accountId: string
  /**
   * The secret for checking a signature, and who signs with it.
   * @throws AccessKeyNotFound, AccessKeyInactive, SecurityTokenInvalid, SecurityTokenExpired
   */
  findKey(
    accessKeyId: string,
    securityToken?: string,
  ): Promise<{ readonly secret: string; readonly principal: Principal }>
  /** @throws BearerKeyInvalid */
  findBearer(token: string): Promise<Principal>
  /** A denial goes into the audit log. @throws NoPermission, its `detail` is the cloud's AccessDeniedDetail */
  authorise(principal: Principal, action: string, resource: string, conditions: RequestConditions): Promise<void>
  /** The same question without consequences, for those who only want to know. */
  isAllowed(principal: Principal, action: string, resource: string, conditions: RequestConditions): Promise<boolean>
  /**
   * Temporary credentials of a role. The caller needs `sts:AssumeRole` on it, and the role's trust policy must name him.
   * @throws NoPermission, RoleNotFound, RoleNotTrusted, PolicyInvalid, ParameterInvalid
   */
  assumeRole(
    principal: Principal,
    request: AssumeRoleRequest,
    conditions: RequestConditions,
  ): Promise<TemporaryCredentials>
  /** Resource name of an instance; `*` for all. */
  instanceResource(name: string): string
  /**
   * May an import with this role read an object? Returns a check for many objects of one bucket.
   * @param roleArn '' = no role: everything in the bucket may be read
   * @throws RoleNotFound, RoleNotTrusted
   */
  objectReader(roleArn: string): Promise<(bucket: string, key: string) => { allowed: boolean; missing: string }>
  /** Writes what is still to be written (times of last use, the audit log). */
  close(): Promise<void>
}
