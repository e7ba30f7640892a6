/**
 * One action of the official API as data: the table of these is what the gateway serves, what the tests walk and what
 * the docs list.
 */

import type { Principal, RequestConditions } from '../../access/index.ts'
import type { Instance } from '../../instances/index.ts'
import type { DownloadLinks } from '../download-links.ts'
import type { PictureReader } from '../pictures.ts'
import type { Services } from '../services.ts'
import type { Uploads } from '../uploads/uploads.ts'
import { instanceName, type Parameters, readParameters, required, type Values } from './parameters.ts'

/** What an action has at hand besides its parameters. */
export interface Call {
  readonly services: Services
  /** Bytes of a picture given as base64 or by address. */
  readonly picture: PictureReader
  readonly links: DownloadLinks
  readonly uploads: Uploads
  readonly principal: Principal
  readonly conditions: RequestConditions
  /** Counts a call against the limits of its instance. @throws RequestsTooMany */
  readonly limit: (instance: Instance, permission: string) => void
  /** By which the caller reaches this server, `127.0.0.1:8750`. */
  readonly host: string
  /** Address under which the caller reaches this server, `http://127.0.0.1:8750`. */
  readonly baseUrl: string
  /** Aborted when the caller hangs up. */
  readonly signal: AbortSignal
}

/**
 * What an answer has besides its own fields: `Success` and `Code: 0` with `Message` or `Msg`, only `Success`, or
 * nothing. It differs between actions, and the SDKs mind.
 */
export type Envelope = 'Message' | 'Msg' | 'Success' | 'bare'

export interface Action {
  readonly name: string
  readonly versions: readonly string[]
  /** The right that it needs, `imagesearch:AddImage`; 'signed-in' = none but good credentials. */
  readonly permission: string | 'signed-in'
  /** Name of the instance that it is on; absent = of none. @throws InstanceNameMissing */
  readonly instanceName?: (values: ReadonlyMap<string, string>) => string
  /** One of the official console's actions: its errors have codes of their own. */
  readonly isConsole: boolean
  readonly parameters: Parameters
  readonly run: (call: Call, values: ReadonlyMap<string, string>) => Promise<object>
}

const INSTANCE_NAME = required(instanceName)

/** Declares an action on an instance with the types of its parameters. The gateway has authorised the caller before. */
export function action<P extends Parameters>(definition: {
  name: string
  /** Default: only 2020-12-14. */
  versions?: readonly string[]
  isConsole?: boolean
  envelope: Envelope
  /** Besides InstanceName, which they all have. */
  parameters: P
  handle: (call: Call & { readonly instance: Instance }, parameters: Values<P>) => Promise<object>
}): Action {
  const { name, versions = ['2020-12-14'], isConsole = false, envelope, parameters, handle } = definition
  return {
    name,
    versions,
    permission: `imagesearch:${name}`,
    instanceName: (values) => INSTANCE_NAME.read(values.get('InstanceName'), 'InstanceName'),
    isConsole,
    parameters: { InstanceName: INSTANCE_NAME, ...parameters },
    async run(call, values) {
      const instance = await call.services.instances.get(values.get('InstanceName') ?? '')
      call.limit(instance, `imagesearch:${name}`)
      const answer = await handle({ ...call, instance }, readParameters(parameters, values))
      return { ...ENVELOPES[envelope], ...answer }
    },
  }
}

const ENVELOPES: Readonly<Record<Envelope, object>> = {
  Message: { Success: true, Code: 0, Message: 'success' },
  Msg: { Success: true, Code: 0, Msg: 'success' },
  Success: { Success: true },
  bare: {},
}
