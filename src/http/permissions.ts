/**
 * Which right each action of the official API and each route of `/v1` needs, read from the tables that are served.
 */
import type { RestRoute } from './rest/route.ts'
import type { Action } from './rpc/action.ts'

export interface Permission {
  readonly surface: 'official' | 'rest'
  /** `AddImage`, or method and path. */
  readonly call: string
  /** Versions of the official API that have it; empty for routes. */
  readonly versions: readonly string[]
  /** `imagesearch:AddImage`; 'signed-in' = good credentials are enough; 'public' = none are needed. */
  readonly action: string
  /** What a policy's Resource is held against, with the names of parameters in braces; '' = nothing. */
  readonly resource: string
  readonly summary: string
}

const INSTANCE = 'acs:imagesearch:*:{account}:instance/'

export function permissionsOf(routes: readonly RestRoute[], actions: readonly Action[]): Permission[] {
  return [...actions.map(ofAction), ...routes.map(ofRoute)]
}

function ofAction({ name, versions, permission, instanceName }: Action): Permission {
  const resource = isRight(permission) ? `${INSTANCE}${instanceName ? '{InstanceName}' : '*'}` : ''
  return { surface: 'official', call: name, versions, action: permission, resource, summary: '' }
}

function ofRoute({ method, path, action, resource, instanceParameter, instanceOf, summary }: RestRoute): Permission {
  const instance = `${INSTANCE}${instanceParameter ? `{${instanceParameter}}` : instanceOf ? '{instance}' : '*'}`
  return {
    surface: 'rest',
    call: `${method} /v1${path}`,
    versions: [],
    action,
    resource: isRight(action) ? (resource ?? instance) : '',
    summary,
  }
}

function isRight(action: string): boolean {
  return action !== 'signed-in' && action !== 'public'
}
