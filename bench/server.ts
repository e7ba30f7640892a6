/**
 * A real server process for benchmarks: started on an empty data folder, asked by signed requests, its memory watched.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { signAcs3 } from '../src/http/rpc/acs3.ts'

const FORM = 'application/x-www-form-urlencoded'
const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

export interface BenchServer {
  readonly dataDir: string
  readonly readyMs: number
  readonly port: number
  /** An action of the official API, version 2020-12-14. */
  rpc<T = Record<string, unknown>>(action: string, form: Record<string, string>): Promise<T>
  /** All bytes of such a request, for a raw client. */
  rpcBytes(action: string, form: Record<string, string>): Buffer
  /** A REST call below /v1. */
  rest<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>
  /** Most memory so far of the server and its workers together, pages they share counted once, MB; sampled. */
  peakMb(): number
  /** Processor time of the server so far, without its workers, ms. */
  cpuMs(): number
  stop(): Promise<void>
}

function formOf(values: Record<string, string>): Buffer {
  return Buffer.from(new URLSearchParams(values).toString())
}

/** Starts `sightline serve`; `dataDir` absent = a temporary folder that `stop` removes. */
export async function startServer(dataDir?: string): Promise<BenchServer> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'sightline-bench-'))
  const port = await freePort()
  const start = performance.now()
  const child = spawn(process.execPath, [MAIN, 'serve', '--data', folder, '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, SIGHTLINE_LOG_LEVEL: 'warn' },
  })
  let peakMb = 0
  const sampling = setInterval(() => {
    peakMb = Math.max(peakMb, memoryMb(child.pid as number))
  }, 500)
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  await untilReady(port, child)
  const readyMs = performance.now() - start
  const key = JSON.parse(readFileSync(join(folder, 'credentials.json'), 'utf8')) as {
    accessKeyId: string
    accessKeySecret: string
  }
  const host = `127.0.0.1:${port}`

  function signed(method: string, path: string, action: string, contentType: string, body: Buffer) {
    const headers = {
      host,
      ...(action && { 'x-acs-action': action, 'x-acs-version': '2020-12-14' }),
      ...(body.length > 0 && { 'content-type': contentType }),
    }
    return signAcs3({ method, url: path, headers, body }, key)
  }

  async function send<T>(method: string, path: string, action: string, contentType: string, body: Buffer): Promise<T> {
    const headers = signed(method, path, action, contentType, body)
    return new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port, method, path, agent, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          if ((response.statusCode ?? 500) >= 400)
            reject(new Error(`${method} ${path} ${action}: ${response.statusCode} ${text.slice(0, 500)}`))
          else resolve((text === '' ? {} : JSON.parse(text)) as T)
        })
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }

  return {
    dataDir: folder,
    port,
    readyMs,
    rpc: (action, form) => send('POST', '/', action, FORM, formOf(form)),
    rpcBytes(action, form) {
      const body = formOf(form)
      const headers = { ...signed('POST', '/', action, FORM, body), 'content-length': `${body.length}` }
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      return Buffer.concat([Buffer.from(`POST / HTTP/1.1\r\n${lines.join('')}\r\n`), body])
    },
    rest: (method, path, body) =>
      send(method, `/v1${path}`, '', 'application/json', Buffer.from(body === undefined ? '' : JSON.stringify(body))),
    peakMb: () => peakMb,
    cpuMs: () => processorMs(child.pid as number),
    async stop() {
      clearInterval(sampling)
      agent.destroy()
      child.kill('SIGTERM')
      await new Promise((resolve) => child.once('exit', resolve))
      if (!dataDir) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Memory of a process and all its descendants: proportional set size, which shares out pages that several of them have
 * (programs and libraries), so that the sum is what the machine has to have.
 */
function memoryMb(pid: number): number {
  try {
    const own = Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
    )
    return children.reduce((sum, child) => sum + memoryMb(Number(child)), own)
  } catch {
    return 0 // it ended meanwhile
  }
}

/** proc(5): utime and stime are the 14th and 15th field, counted after the name in brackets; 100 ticks a second. */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 1500; attempt++) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
    const isReady = await fetch(`http://127.0.0.1:${port}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
    if (isReady) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the server was not ready within 30 s')
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

/** Waits for the end of an import; fails when it does not end as 'done'. */
export async function importToEnd(
  server: BenchServer,
  instance: string,
  bucket: string,
  options: { skipUnchanged?: boolean } = {},
): Promise<ImportEnd> {
  const start = performance.now()
  const body = { bucket, path: '/', ...options }
  const { id } = await server.rest<{ id: number }>('POST', `/instances/${instance}/imports`, body)
  for (;;) {
    const status = await server.rest<ImportEnd>('GET', `/imports/${id}`)
    if (status.state !== 'running') return { ...status, seconds: (performance.now() - start) / 1000 }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

export interface ImportEnd {
  readonly id: number
  readonly state: string
  readonly code: string
  readonly message: string
  readonly lines: number
  readonly ok: number
  readonly failed: number
  readonly skipped: number
  readonly causes: Record<string, number>
  readonly seconds: number
}
