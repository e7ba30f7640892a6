/**
 * A Ceph cluster of one monitor and one memory store with its S3 gateway (Debian: radosgw ceph-mon ceph-osd), ready in
 * some ten seconds, in a temporary folder. Nothing of it is left when it has stopped.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts, listening, missingPrograms, runProgram, serverGroup, until } from './processes.ts'
import type { StorePeer } from './store-peer.ts'

const PROGRAMS = ['radosgw', 'radosgw-admin', 'ceph-mon', 'ceph-osd', 'ceph', 'monmaptool', 'ceph-authtool']

export interface Radosgw extends StorePeer {
  /** The part of the host after `<bucket>.` in virtual-host style; stands for 127.0.0.1. */
  readonly domain: string
  readonly port: number
  /** Runs `radosgw-admin`. */
  admin(...args: string[]): Promise<string>
}

/** Why it cannot run here, or false. */
export function radosgwMissing(): false | string {
  return missingPrograms('radosgw', PROGRAMS)
}

/** @param hasSts with temporary keys, a wrong secret reads AccessDenied and no longer SignatureDoesNotMatch */
export async function startRadosgw({ hasSts = false } = {}): Promise<Radosgw> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-radosgw-'))
  const group = serverGroup(folder)
  const stop = async () => {
    await group.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const [monitorPort, port] = (await freePorts(2)) as [number, number]
    const monitor = `[v2:127.0.0.1:${monitorPort}]`
    const clusterId = randomUUID()
    const conf = join(folder, 'ceph.conf')
    await Promise.all(['mon', 'osd', 'rgw', 'run'].map((name) => mkdir(join(folder, name))))
    await writeFile(conf, clusterConfig(folder, clusterId, monitor, port, hasSts))
    await startMonitor(folder, clusterId, monitor, group)
    await startStorage(folder, group)
    group.start('rgw', 'radosgw', ['-f', '-c', conf, '-n', 'client.rgw.a'])
    await listening(port)
    const admin = (...args: string[]) => runProgram('radosgw-admin', ['-c', conf, ...args])
    const [accessKeyId, accessKeySecret] = ['TESTKEY', 'TESTSECRET']
    await admin(
      ...['user', 'create', '--uid=test', '--display-name=test', '--access-key', accessKeyId],
      '--secret-key',
      accessKeySecret,
    )
    return {
      endpoint: `http://127.0.0.1:${port}`,
      domain: 's3.localhost',
      port,
      accessKeyId,
      accessKeySecret,
      admin,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startMonitor(folder: string, clusterId: string, monitor: string, group: ReturnType<typeof serverGroup>) {
  const [conf, keyring, map] = ['ceph.conf', 'keyring', 'monmap'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  await runProgram('monmaptool', ['--create', '--clobber', '--fsid', clusterId, '--addv', 'a', monitor, map])
  const all = ['--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *']
  const keys: [string, string[]][] = [
    ['mon.', ['--cap', 'mon', 'allow *']],
    ['client.admin', all],
    ['client.rgw.a', ['--cap', 'mon', 'allow rw', '--cap', 'osd', 'allow rwx']],
    ['osd.0', ['--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *']],
  ]
  for (const [index, [name, caps]] of keys.entries()) {
    const create = index === 0 ? ['--create-keyring'] : []
    await runProgram('ceph-authtool', [...create, keyring, '--gen-key', '-n', name, ...caps])
  }
  await runProgram('ceph-mon', ['-c', conf, '--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring])
  group.start('mon', 'ceph-mon', ['-f', '-c', conf, '-i', 'a'])
}

async function startStorage(folder: string, group: ReturnType<typeof serverGroup>) {
  const conf = join(folder, 'ceph.conf')
  const ceph = (...args: string[]) => runProgram('ceph', ['-c', conf, ...args])
  const id = randomUUID()
  await ceph('osd', 'new', id)
  await ceph('auth', 'import', '-i', join(folder, 'keyring'))
  await runProgram('ceph-osd', ['-c', conf, '-i', '0', '--mkfs', '--osd-uuid', id])
  group.start('osd', 'ceph-osd', ['-f', '-c', conf, '-i', '0'])
  await until('the storage is up', async () => (await ceph('osd', 'stat')).includes('1 up'))
}

function clusterConfig(folder: string, clusterId: string, monitor: string, port: number, hasSts: boolean): string {
  return `[global]
fsid = ${clusterId}
mon initial members = a
mon host = ${monitor}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
public network = 127.0.0.0/8
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = ${folder}/keyring
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
osd pool default pg num = 1
osd pool default pgp num = 1
mon max pg per osd = 2000
osd crush chooseleaf type = 0
paxos propose interval = 0.02
paxos min wait = 0.01
ms bind ipv6 = false
run dir = ${folder}/run
log file = ${folder}/$name.log
admin socket = ${folder}/run/$name.asok
[mon.a]
mon data = ${folder}/mon
mon data avail crit = 1
[osd.0]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 2147483648
[client.rgw.a]
rgw data = ${folder}/rgw
rgw frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
rgw dns name = s3.localhost
rgw thread pool size = 64
rgw sts key = abcdefghijklmnop
rgw s3 auth use sts = ${hasSts}
`
}
