/**
 * OpenStack Swift with its S3 face (Debian: swift-proxy swift-account swift-container swift-object memcached), in a
 * temporary folder: another code base than Ceph's, and stricter.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { freePorts, listening, missingPrograms, runProgram, serverGroup } from './processes.ts'
import type { StorePeer } from './store-peer.ts'

const KINDS = ['account', 'container', 'object'] as const
const PROGRAMS = [
  'swift-ring-builder',
  'swift-proxy-server',
  'memcached',
  ...KINDS.map((kind) => `swift-${kind}-server`),
]

/** Why it cannot run here, or false. */
export function swiftMissing(): false | string {
  return missingPrograms('swift', PROGRAMS)
}

export async function startSwift(): Promise<StorePeer> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-swift-'))
  const group = serverGroup(folder)
  const stop = async () => {
    await group.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const [port, cachePort, ...ports] = (await freePorts(2 + KINDS.length)) as [number, number, ...number[]]
    await mkdir(join(folder, 'devices', 'd1'), { recursive: true })
    await writeFile(join(folder, 'swift.conf'), '[swift-hash]\nswift_hash_path_suffix = tests\n')
    await Promise.all(
      KINDS.map(async (kind, index) => {
        await makeRing(folder, kind, ports[index] as number)
        const file = join(folder, `${kind}.ini`)
        await writeFile(file, serverConfig(folder, kind, ports[index] as number))
        group.start(kind, `swift-${kind}-server`, [file])
      }),
    )
    const cacheUser = process.getuid?.() === 0 ? ['-u', 'root'] : []
    group.start('memcached', 'memcached', ['-l', '127.0.0.1', '-p', String(cachePort), ...cacheUser])
    // A refused connection makes the proxy shun the only node for a minute.
    await Promise.all([...ports, cachePort].map(listening))
    const file = join(folder, 'proxy.ini')
    await writeFile(file, proxyConfig(folder, port, cachePort))
    group.start('proxy', 'swift-proxy-server', [file])
    await listening(port)
    return {
      endpoint: `http://127.0.0.1:${port}`,
      accessKeyId: 'test:tester',
      accessKeySecret: 'testing',
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function makeRing(folder: string, kind: string, port: number): Promise<void> {
  const builder = (...args: string[]) => runProgram('swift-ring-builder', [`${kind}.builder`, ...args], folder)
  await builder('create', '4', '1', '1')
  await builder('add', `r1z1-127.0.0.1:${port}/d1`, '1')
  await builder('rebalance')
}

function serverConfig(folder: string, kind: string, port: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
user = ${userName()}
swift_dir = ${folder}
devices = ${folder}/devices
mount_check = false
workers = 0
[pipeline:main]
pipeline = ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
`
}

function proxyConfig(folder: string, port: number, cachePort: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
user = ${userName()}
swift_dir = ${folder}
workers = 0
[pipeline:main]
pipeline = catch_errors proxy-logging cache s3api tempauth slo dlo proxy-logging proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:proxy-logging]
use = egg:swift#proxy_logging
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cachePort}
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
`
}

function userName(): string {
  return userInfo().username
}
