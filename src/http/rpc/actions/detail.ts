import type { ServiceType } from '../../../store/index.ts'
import { action } from '../action.ts'

const SERVICE_TYPES: Readonly<Record<ServiceType, number>> = { product: 0, generic: 1 }
const CAPACITY_UNIT = 10_000
/** Clients divide by it; "no limit" must not be 0. */
const UNLIMITED_QPS = 2 ** 31 - 1
/** Instances do not expire; clients want a date all the same: 2100-01-01. */
const NEVER_MS = '4102444800000'

export const detail = action({
  name: 'Detail',
  isConsole: true,
  envelope: 'Success',
  parameters: {},
  async handle({ services, instance }) {
    return {
      Instance: {
        Name: instance.name,
        Region: 'local',
        Capacity: Math.ceil(instance.capacity / CAPACITY_UNIT),
        Qps: instance.searchQps || UNLIMITED_QPS,
        ServiceType: SERVICE_TYPES[instance.serviceType],
        TotalCount: await services.images.count(instance.id),
        UtcCreate: String(instance.createdMs),
        UtcExpireTime: NEVER_MS,
      },
    }
  },
})
