import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { get } from 'node:https'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { connect as tlsConnect } from 'node:tls'
import { ownCertificate } from './certificates.ts'
import { sortConnections } from './connections.ts'

const temporary = () => mkdtemp(join(tmpdir(), 'sightline-test-'))
const DAY_MS = 24 * 60 * 60_000

test('the certificate is kept, renewed before it ends and when a name is added, under the same authority', async () => {
  const folder = await temporary()
  const first = await ownCertificate({ folder })
  assert.deepEqual(await ownCertificate({ folder }), first)
  assert.equal((await stat(join(folder, 'ca.key'))).mode & 0o777, 0o600)

  const authority = new X509Certificate(await readFile(first.authorityFile))
  assert.ok(authority.ca)
  const renewed = await ownCertificate({ folder, now: () => Date.now() + 380 * DAY_MS })
  const named = await ownCertificate({ folder, names: ['search.example.com', '10.0.0.7'] })
  for (const { cert } of [first, renewed, named]) assert.ok(new X509Certificate(cert).verify(authority.publicKey))
  assert.notEqual(renewed.cert, first.cert)
  assert.equal(new X509Certificate(named.cert).checkHost('search.example.com'), 'search.example.com')
  assert.equal(new X509Certificate(named.cert).checkIP('10.0.0.7'), '10.0.0.7')
  assert.equal(new X509Certificate(named.cert).checkHost('openplatform.aliyuncs.com'), 'openplatform.aliyuncs.com')
})

describe('one port', () => {
  const server = createServer((request, response) => {
    const { encrypted } = request.socket as { encrypted?: boolean }
    request.resume().on('end', () => response.end(encrypted ? 'over TLS' : 'plain'))
  })
  let port = 0
  let ca = ''
  let closeSilent = () => {}
  before(async () => {
    const certificate = await ownCertificate({ folder: await temporary() })
    ca = await readFile(certificate.authorityFile, 'utf8')
    closeSilent = sortConnections(server, certificate, 200)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    port = (server.address() as AddressInfo).port
  })
  after(() => {
    closeSilent()
    server.close().closeAllConnections()
  })

  const overTls = (options: object) =>
    new Promise<string>((answer, fail) => {
      get(`https://127.0.0.1:${port}/`, { agent: false, ...options }, (response) => {
        response.setEncoding('utf8').on('data', answer)
      }).on('error', fail)
    })

  test('answers TLS to clients that trust the authority, and plain HTTP', async () => {
    assert.equal(await overTls({ ca }), 'over TLS')
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'plain')
    const body = 'x'.repeat(1_000_000)
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })).text(), 'plain')
    await assert.rejects(overTls({}), /unable to (get|verify)/)
    // A Java client takes h2 wherever it is offered.
    const socket = tlsConnect({ port, host: '127.0.0.1', ca, ALPNProtocols: ['h2', 'http/1.1'] })
    await once(socket, 'secureConnect')
    assert.equal(socket.alpnProtocol, 'http/1.1')
    socket.destroy()
  })

  test('closes connections that say nothing, and those that are neither', async () => {
    const silent = connect(port, '127.0.0.1')
    await new Promise((closed) => silent.once('close', closed).resume())
    const broken = connect(port, '127.0.0.1', () => broken.write(Buffer.from([0x16, 1, 2, 3, 4, 5])))
    await new Promise((closed) =>
      broken
        .once('close', closed)
        .resume()
        .on('error', () => {}),
    )
  })
})
