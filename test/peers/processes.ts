/** Servers of other projects that tests start on loopback, in temporary folders. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

const START_TIMEOUT_MS = 60_000
const execFileAsync = promisify(execFile)

/** Which of the programs are missing: a reason to skip; with CI=true that is an error. */
export function missingPrograms(peer: string, programs: readonly string[]): false | string {
  const folders = `${process.env.PATH ?? ''}${delimiter}/usr/sbin`.split(delimiter)
  const missing = programs.filter((program) => !folders.some((folder) => existsSync(join(folder, program))))
  if (missing.length === 0) return false
  const reason = `${peer} needs ${missing.join(', ')} of Debian's packages`
  if (process.env.CI) throw new Error(`with CI=true nothing is skipped, but ${reason}`)
  return reason
}

/** Runs a program to its end. @returns what it wrote to stdout */
export async function runProgram(program: string, args: readonly string[], cwd?: string): Promise<string> {
  const { stdout } = await execFileAsync(program, args, { cwd, timeout: START_TIMEOUT_MS })
  return stdout
}

/** Servers that end together, also when the test's own process ends early. */
export function serverGroup(folder: string) {
  const children: ChildProcess[] = []

  return {
    /** Starts a server that stays in the foreground; what it says goes to a file of the folder. */
    start(name: string, program: string, args: readonly string[]): void {
      const output = openSync(join(folder, `${name}.out`), 'w')
      // However the test's process ends, the kernel then ends the server.
      const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
        stdio: ['ignore', output, output],
        cwd: folder,
      })
      closeSync(output)
      child.on('error', () => undefined)
      children.push(child)
    },
    async stop(): Promise<void> {
      const ended = children
        .filter((child) => child.exitCode === null && child.signalCode === null)
        .map((child) => new Promise((resolve) => child.once('exit', resolve)))
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(ended)
    },
  }
}

/** Ports that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

/** Waits until the port takes connections. */
export function listening(port: number): Promise<void> {
  return until(`port ${port} is open`, () => {
    const socket = connect(port, '127.0.0.1')
    return new Promise((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    }).finally(() => socket.destroy()) as Promise<boolean>
  })
}

export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + START_TIMEOUT_MS
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited ${START_TIMEOUT_MS} ms in vain until ${what}`)
    await delay(50)
  }
}
