/**
 * The server's certificate: the user's, or one that we make, signed by an authority of our own that clients can trust.
 */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import type { Certificate } from './connections.ts'

const DAY_MS = 24 * 60 * 60_000
const AUTHORITY_DAYS = 3650
/** Some clients refuse certificates that live longer. */
const SERVER_DAYS = 397
const RENEW_DAYS = 30
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** The first is hard-coded in the older SDKs; users point it here by DNS or hosts file. */
const NAMES = ['openplatform.aliyuncs.com', 'localhost', '127.0.0.1', '::1']

export interface OwnCertificate extends Certificate {
  /** What clients trust: NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and the like take this file. */
  readonly authorityFile: string
}

/**
 * Reads the certificate of a folder, or makes what is missing: `ca.pem`, `ca.key`, `server.pem`, `server.key`.
 *
 * @param names further host names and addresses that clients use
 */
export async function ownCertificate(parts: {
  folder: string
  names?: readonly string[]
  now?: () => number
}): Promise<OwnCertificate> {
  const { folder, now = Date.now } = parts
  const names = [...new Set([...NAMES, hostname(), ...(parts.names ?? [])])]
  x509.cryptoProvider.set(webcrypto)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const authorityFile = join(folder, 'ca.pem')

  const stored = await readPair(folder, 'server')
  const authority = (await readPair(folder, 'ca')) ?? (await makeAuthority(folder, now()))
  if (stored && isUsable(stored.cert, authority.cert, names, now())) return { ...stored, authorityFile }
  return { ...(await makeServer(folder, authority, names, now())), authorityFile }
}

function isUsable(cert: string, authority: string, names: readonly string[], nowMs: number): boolean {
  const certificate = new x509.X509Certificate(cert)
  const covered = certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.toJSON() ?? []
  return (
    certificate.notAfter.getTime() > nowMs + RENEW_DAYS * DAY_MS &&
    certificate.issuer === new x509.X509Certificate(authority).subject &&
    names.every((name) => covered.some(({ value }) => value === name))
  )
}

async function makeAuthority(folder: string, nowMs: number): Promise<Certificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    // A name of its own each time: clients cache authorities by name.
    name: `CN=Sightline ${hostname()} ${nowMs}`,
    serialNumber: serial(),
    ...validity(nowMs, AUTHORITY_DAYS),
    signingAlgorithm: ALGORITHM,
    keys: keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return writePair(folder, 'ca', certificate, keys.privateKey)
}

async function makeServer(
  folder: string,
  authority: Certificate,
  names: readonly string[],
  nowMs: number,
): Promise<Certificate> {
  const issuer = new x509.X509Certificate(authority.cert)
  const signingKey = await webcrypto.subtle.importKey('pkcs8', pkcs8(authority.key), ALGORITHM, false, ['sign'])
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    subject: 'CN=Sightline',
    issuer: issuer.subject,
    serialNumber: serial(),
    ...validity(nowMs, SERVER_DAYS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  })
  return writePair(folder, 'server', certificate, keys.privateKey)
}

function validity(nowMs: number, days: number): { notBefore: Date; notAfter: Date } {
  // A day of tolerance for clocks that are behind.
  return { notBefore: new Date(nowMs - DAY_MS), notAfter: new Date(nowMs + days * DAY_MS) }
}

function serial(): string {
  // The first digit keeps the number positive.
  return `1${Buffer.from(webcrypto.getRandomValues(new Uint8Array(15))).toString('hex')}0`
}

async function writePair(
  folder: string,
  name: string,
  certificate: x509.X509Certificate,
  privateKey: webcrypto.CryptoKey,
): Promise<Certificate> {
  const cert = certificate.toString('pem')
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY')
  await writeFile(join(folder, `${name}.key`), key, { mode: 0o600 })
  await chmod(join(folder, `${name}.key`), 0o600)
  await writeFile(join(folder, `${name}.pem`), cert)
  return { cert, key }
}

async function readPair(folder: string, name: string): Promise<Certificate | undefined> {
  try {
    const [cert, key] = await Promise.all([
      readFile(join(folder, `${name}.pem`), 'utf8'),
      readFile(join(folder, `${name}.key`), 'utf8'),
    ])
    return { cert, key }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function pkcs8(pem: string): ArrayBuffer {
  const [bytes] = x509.PemConverter.decode(pem)
  if (!bytes) throw new Error('ca.key holds no key')
  return bytes
}
