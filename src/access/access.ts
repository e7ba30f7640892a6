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
  readonly scope?: 'search' | 'import' | 'admin'
}

/** What conditions of policies can ask about. */
export interface RequestConditions {
  readonly sourceIp: string
  readonly isTls: boolean
  readonly nowMs: number
}

/** Says no by throwing NoPermission. Actions `imagesearch:AddImage`, resources `acs:imagesearch:*:<account>:instance/<name>`. */
export interface Access {
  /** 16-digit id of the account, made at the first start. */
  readonly accountId: string
  /**
   * The secret for checking a signature, and who signs with it.
   * @throws AccessKeyNotFound, AccessKeyInactive, SecurityTokenInvalid
   */
  findKey(
    accessKeyId: string,
    securityToken?: string,
  ): Promise<{ readonly secret: string; readonly principal: Principal }>
  /** @throws BearerKeyInvalid */
  findBearer(token: string): Promise<Principal>
  /** @throws NoPermission */
  authorise(principal: Principal, action: string, resource: string, conditions: RequestConditions): Promise<void>
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
